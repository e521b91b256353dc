"""Sample photographs of a shop. Its colours follow from its name, so every shop looks like itself on every picture."""

from __future__ import annotations

from zlib import crc32

from applications.demo.drawing import Colour, Sheet

SIGNS: tuple[Colour, ...] = (
    (45, 106, 106),
    (138, 64, 50),
    (54, 84, 134),
    (92, 110, 52),
    (112, 70, 120),
    (150, 98, 30),
)
AWNINGS: tuple[Colour, ...] = (
    (224, 176, 74),
    (198, 92, 72),
    (120, 160, 130),
    (110, 150, 190),
    (214, 140, 150),
)
GOODS: tuple[Colour, ...] = (
    (198, 92, 72),
    (224, 176, 74),
    (120, 160, 130),
    (110, 150, 190),
    (176, 140, 176),
    (235, 220, 190),
)
GLASS, WALL, FLOOR = (169, 195, 207), (245, 241, 232), (185, 196, 205)


def storefront(name: str, address: str) -> Sheet:
    sheet, sign, awning = Sheet((223, 232, 238)), _pick(SIGNS, name), _pick(AWNINGS, name)
    draw = sheet.draw
    draw.rectangle((0, 530, 960, 640), fill=FLOOR)
    draw.rectangle((90, 110, 870, 545), fill=WALL)
    draw.rectangle((90, 110, 870, 210), fill=sign)
    sheet.text((480, 160), name, 54, (255, 255, 255), anchor="mm")
    for stripe in range(13):
        left = 90 + stripe * 60
        colour = awning if stripe % 2 else (250, 246, 238)
        draw.polygon([(left, 210), (left + 60, 210), (left + 56, 264), (left - 4, 264)], fill=colour)
    for left, right in ((130, 420), (600, 830)):
        draw.rectangle((left, 290, right, 500), fill=GLASS, outline=(120, 140, 150), width=5)
        draw.line((left + 30, 470, left + 110, 320), fill=(200, 218, 226), width=8)
    draw.rectangle((450, 290, 570, 545), fill=(125, 152, 165), outline=(96, 120, 132), width=5)
    draw.ellipse((545, 415, 559, 429), fill=(224, 192, 116))
    sheet.text((480, 590), address, 26, (70, 84, 98), anchor="mm")
    return sheet


def interior(name: str) -> Sheet:
    sheet, seed = Sheet(WALL), crc32(name.encode())
    draw = sheet.draw
    draw.polygon([(0, 640), (960, 640), (820, 480), (140, 480)], fill=(206, 190, 168))
    for shelf in range(3):
        top = 110 + shelf * 125
        draw.rectangle((120, top + 84, 840, top + 96), fill=(150, 118, 84))
        for place in range(18):
            seed = (seed * 1103515245 + 12345) % 2**31
            height = 38 + seed // 64 % 44
            left = 132 + place * 39
            draw.rectangle((left, top + 84 - height, left + 30, top + 84), fill=GOODS[seed // 7 % len(GOODS)])
    draw.rectangle((0, 0, 960, 70), fill=_pick(SIGNS, name))
    sheet.text((480, 35), f"{name} 店内", 34, (255, 255, 255), anchor="mm")
    return sheet


def counter(name: str) -> Sheet:
    sheet = Sheet((232, 226, 214))
    draw = sheet.draw
    draw.rectangle((0, 380, 960, 640), fill=(164, 128, 92))
    draw.rectangle((0, 380, 960, 400), fill=(190, 152, 112))
    draw.rounded_rectangle((120, 180, 430, 400), 14, fill=(58, 68, 80))
    draw.rounded_rectangle((138, 198, 412, 366), 8, fill=_pick(AWNINGS, name))
    sheet.text((275, 282), "收银", 44, (255, 255, 255), anchor="mm")
    draw.rounded_rectangle((610, 250, 750, 520), 18, fill=(40, 50, 60))
    draw.rounded_rectangle((626, 268, 734, 352), 6, fill=(196, 220, 206))
    sheet.text((680, 310), "POS", 30, (40, 70, 56), anchor="mm")
    for key in range(12):
        x, y = 634 + key % 3 * 34, 372 + key // 3 * 34
        draw.rounded_rectangle((x, y, x + 26, y + 24), 5, fill=(214, 220, 226))
    draw.rectangle((0, 0, 960, 70), fill=_pick(SIGNS, name))
    sheet.text((480, 35), f"{name} 收银台", 34, (255, 255, 255), anchor="mm")
    return sheet


def _pick(colours: tuple[Colour, ...], name: str) -> Colour:
    return colours[crc32(name.encode()) % len(colours)]
