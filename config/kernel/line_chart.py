"""A line chart over days as numbers for a template: where its lines, marks and words stand, in two sizes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

TOP, BOTTOM, HEIGHT = 20.0, 196.0, 232
STEPS = 4


class Point(NamedTuple):
    x: str
    y: str
    # Where a square of seven around the point begins.
    left: str
    top: str


class Drawn(NamedTuple):
    """A line: its style, its points, as one and one by one, and the height of the words at its end."""

    style: str
    points: list[Point]
    polyline: str
    label: str
    label_y: str


class Mark(NamedTuple):
    """Words along an axis."""

    at: str
    words: str


class Drawing(NamedTuple):
    """One size of a chart. `size` is the class of the stylesheet that shows it."""

    size: str
    width: int
    height: int
    left: int
    right: int
    words_x: int
    labels_x: int
    scale: list[Mark]
    days: list[Mark]
    lines: list[Drawn]


class Size(NamedTuple):
    name: str
    width: int
    left: int
    right: int
    # A day has its words at every so many.
    every: int


# As wide as a panel of the desk, and as a phone.
SIZES = [Size("only-wide", 560, 34, 456, 2), Size("only-narrow", 320, 30, 216, 4)]
# Labels nearer to each other than this would touch.
APART = 16.0


def drawings_of(days: Sequence[date], lines: Sequence[tuple[str, Sequence[int]]]) -> list[Drawing]:
    """The chart in its sizes; `lines` are words and one number for each day, told apart by their style."""
    top = _scale_of(max((number for _words, numbers in lines for number in numbers), default=0))
    return [_drawing(size, days, lines, top) for size in SIZES]


def _scale_of(most: int) -> int:
    """The number at the top of the scale: the smallest of 4, 8, 20, 40, 80, 200 ... that leaves nothing out."""
    top = STEPS
    for factor in _factors():
        top = STEPS * factor
        if top >= most:
            break
    return top


def _factors():
    ten = 1
    while True:
        yield from (ten, 2 * ten, 5 * ten)
        ten *= 10


def _drawing(
    size: Size, days: Sequence[date], lines: Sequence[tuple[str, Sequence[int]]], top: int
) -> Drawing:
    inner = size.left + 8.0
    step = (size.right - 8.0 - inner) / max(len(days) - 1, 1)
    along = [inner + position * step for position in range(len(days))]
    drawn = [
        _line(style, words, numbers, along, top) for style, (words, numbers) in zip("ab", lines, strict=True)
    ]
    last = len(days) - 1
    return Drawing(
        size=size.name,
        width=size.width,
        height=HEIGHT,
        left=size.left,
        right=size.right,
        words_x=size.left - 6,
        labels_x=size.right + 6,
        scale=[
            Mark(f"{_height(top * part // STEPS, top):.1f}", f"{top * part // STEPS:,}")
            for part in range(STEPS + 1)
        ],
        days=[
            Mark(f"{along[at]:.1f}", f"{day.month}/{day.day}")
            for at, day in enumerate(days)
            if (last - at) % size.every == 0
        ],
        lines=_apart(drawn),
    )


def _line(style: str, words: str, numbers: Sequence[int], along: Sequence[float], top: int) -> Drawn:
    heights = [_height(number, top) for number in numbers]
    points = [
        Point(f"{x:.1f}", f"{y:.1f}", f"{x - 3.5:.1f}", f"{y - 3.5:.1f}")
        for x, y in zip(along, heights, strict=True)
    ]
    polyline = " ".join(f"{point.x},{point.y}" for point in points)
    return Drawn(style, points, polyline, f"{words} {numbers[-1]:,}", f"{heights[-1] + 4:.1f}")


def _apart(lines: list[Drawn]) -> list[Drawn]:
    """Words at the ends of two lines that meet stand above each other."""
    upper, lower = sorted(lines, key=lambda line: float(line.label_y))
    missing = APART - (float(lower.label_y) - float(upper.label_y))
    if missing <= 0:
        return lines
    moved = {
        upper.style: f"{float(upper.label_y) - missing / 2:.1f}",
        lower.style: f"{float(lower.label_y) + missing / 2:.1f}",
    }
    return [line._replace(label_y=moved[line.style]) for line in lines]


def _height(number: int, top: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * number / top
