"""QR codes of addresses: as a picture that stands in a page itself, and as a drawing for a letter."""

import segno


def qr_picture(url: str) -> str:
    """The code as an address of data, for the `src` of an image."""
    return segno.make(url, error="m").svg_data_uri(scale=4, border=1, unit="px")


def qr_drawing(url: str) -> str:
    """The code as SVG, for a template of `config.files.typesetting`."""
    return segno.make(url, error="m").svg_inline(scale=4, border=1, omitsize=True)
