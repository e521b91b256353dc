"""Sample papers with text on them: identity card, licence, account certificate, lease, permit, letter."""

from __future__ import annotations

import segno

from applications.demo.drawing import FAINT, INK, Sheet
from config.kernel.templatetags.formats import day

TABLE, DESK = (214, 203, 187), (198, 208, 214)
PAPER, CARD_BLUE, CARD_ROSE = (253, 250, 242), (238, 244, 247), (246, 240, 235)
GOLD, BROWN = (201, 169, 97), (60, 50, 34)


def identity_front(name: str, number: str, address: str) -> Sheet:
    sheet = Sheet(TABLE)
    sheet.card((60, 50, 900, 590), fill=CARD_BLUE, line=(159, 179, 196), radius=34)
    sheet.draw.polygon(
        [(62, 480), (320, 420), (560, 520), (898, 430), (898, 556), (62, 556)], fill=(221, 233, 239)
    )
    sheet.field((110, 130), "姓名", name, indent=110)
    sheet.field((110, 205), "住址", address, indent=110, width=14)
    sheet.field((110, 498), "号码", " ".join((number[:6], number[6:14], number[14:])), indent=110)
    sheet.draw.rounded_rectangle((640, 110, 840, 370), 14, fill=(212, 224, 232))
    sheet.draw.ellipse((690, 150, 790, 250), fill=(159, 179, 196))
    sheet.draw.pieslice((655, 265, 825, 475), 180, 360, fill=(159, 179, 196))
    return sheet


def identity_back(valid_from, valid_to, *, glare: bool = False) -> Sheet:
    sheet = Sheet(TABLE)
    sheet.card((60, 50, 900, 590), fill=CARD_ROSE, line=(190, 170, 160), radius=34)
    sheet.draw.ellipse((120, 110, 270, 260), fill=(214, 181, 162), outline=(190, 150, 130), width=4)
    sheet.text((195, 185), "样", 64, (160, 110, 92), anchor="mm")
    sheet.text((320, 130), "居民身份证", 46, (122, 96, 84))
    sheet.text((320, 200), "（演示用样例，不是证件）", 26, (150, 124, 112))
    sheet.field((120, 430), "签发机关", "示例市公安局样例分局")
    sheet.field((120, 490), "有效期限", f"{day(valid_from)} ~ {day(valid_to)}")
    if glare:
        sheet.glare((500, 470), 330)
    return sheet


def licence(title: str, rows: list[tuple[str, str]], *, seal: str = "登记机关", line=GOLD) -> Sheet:
    """A framed certificate: business licence, trade permit and their kin."""
    sheet = Sheet(DESK)
    sheet.card((40, 30, 920, 610), fill=PAPER, line=(226, 214, 180), radius=8)
    sheet.draw.rectangle((62, 52, 898, 588), outline=line, width=6)
    sheet.draw.rectangle((74, 64, 886, 576), outline=tuple((part + 255) // 2 for part in line), width=2)
    sheet.text((480, 118), title, 52, BROWN, serif=True, anchor="mm")
    y = 186.0
    for name, value in rows:
        y = sheet.field((110, y), name, value, width=20)
    _pattern(sheet, (760, 180), "DEMO ONLY")
    sheet.seal((800, 470), seal)
    return sheet


def certificate(rows: list[tuple[str, str]]) -> Sheet:
    """What the bank of the account issues."""
    sheet = Sheet(DESK)
    sheet.card((60, 40, 900, 600), fill=(255, 255, 255), line=(200, 208, 216), radius=6)
    sheet.draw.rectangle((60, 40, 900, 124), fill=(23, 80, 138))
    sheet.text((96, 82), "示例银行", 34, (255, 255, 255), anchor="lm")
    sheet.text((864, 82), "基本存款账户信息", 26, (214, 228, 242), anchor="rm")
    y = 180.0
    for name, value in rows:
        y = sheet.field((110, y), name, value, indent=170, width=24)
    sheet.seal((770, 480), "示例银行")
    return sheet


def bank_card(holder: str, number: str) -> Sheet:
    """A debit card's face. The middle of the number is covered, as the merchant is asked to do."""
    sheet = Sheet(TABLE)
    sheet.card((110, 70, 850, 560), fill=(23, 80, 138), line=(15, 59, 104), radius=36)
    sheet.text((160, 120), "示例银行 借记卡", 36, (231, 240, 249))
    sheet.draw.rounded_rectangle((160, 220, 270, 300), 12, fill=(224, 192, 116))
    sheet.text((160, 370), f"{number[:4]}  ****  ****  {number[-4:]}", 48, (255, 255, 255), anchor="lm")
    sheet.text((160, 480), holder, 30, (214, 228, 242), anchor="lm")
    return sheet


def label(serial_number: str) -> Sheet:
    """The label on the back of a device."""
    sheet = Sheet((58, 68, 80))
    sheet.card((150, 150, 810, 490), fill=(236, 238, 240), line=(150, 158, 166), radius=12)
    sheet.text((480, 210), "示例终端", 34, INK, anchor="mm")
    sheet.field((210, 270), "序列号", serial_number)
    sheet.field((210, 330), "入网许可", "演示用样例")
    _pattern(sheet, (650, 330), "DEMO ONLY")
    return sheet


def letter(title: str, body: str, *, signed: str, seal: str = "") -> Sheet:
    """A page of text with a signature: lease, authorisation."""
    sheet = Sheet(DESK)
    sheet.card((90, 20, 870, 620), fill=(255, 255, 255), line=(214, 219, 224), radius=4)
    sheet.text((480, 84), title, 40, INK, serif=True, anchor="mm")
    y = sheet.paragraph((150, 150), body, width=26, size=25)
    sheet.text((150, max(y + 30, 480)), "签字：", 25, FAINT)
    sheet.text((230, max(y + 24, 474)), signed, 34, INK, serif=True)
    if seal:
        sheet.seal((730, 500), seal)
    return sheet


def _pattern(sheet: Sheet, at: tuple[int, int], words: str) -> None:
    """A code to look at beside the text; whoever reads it finds that it is for demonstration only."""
    cell, (left, top) = 5, at
    for row, line in enumerate(segno.make(words, error="l", micro=False).matrix):
        for column, dark in enumerate(line):
            if dark:
                x, y = left + column * cell, top + row * cell
                sheet.draw.rectangle((x, y, x + cell - 1, y + cell - 1), fill=BROWN)
