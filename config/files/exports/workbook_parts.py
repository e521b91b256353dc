"""The parts of a workbook that do not grow with its rows, as ECMA-376 has them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from config.files.exports.cells import harmless
from config.files.exports.columns import Kind
from config.files.exports.guarding import text_cell

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"

# Styles of cells by their place in `_STYLES`: 1 heading, 2 moment, 3 day, 4 text, 5 number, 6 title, 7 text in several lines.
OPENED = {Kind.NUMBER: '<c s="5"><v>', Kind.MOMENT: '<c s="2"><v>', Kind.DAY: '<c s="3"><v>'}
CLOSED = "</v></c>"
_WIDTHS = {Kind.NUMBER: 12, Kind.MOMENT: 20, Kind.DAY: 12, Kind.TEXT: 22}
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">\
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts>\
<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="14"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF4"/></patternFill></fill></fills>\
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="8"><xf/>\
<xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf numFmtId="164" applyNumberFormat="1"/>\
<xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="1" applyNumberFormat="1"/>\
<xf fontId="2" applyFont="1"/><xf numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def head(headings: Sequence[str], kinds: Sequence[Kind]) -> bytes:
    """A sheet up to its first row, the headings, which stays in sight."""
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{_WIDTHS[kind]}" customWidth="1"/>'
        for at, kind in enumerate(kinds, 1)
    )
    cells = "".join(_styled(heading, 1) for heading in headings)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData><row>{cells}</row>\n"
    ).encode()


def foot(column_count: int) -> bytes:
    """The end of a sheet; that numbers stand in it as text is no mistake."""
    area = f"A1:{_letters(column_count)}1048576"
    return (
        f'</sheetData><ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    ).encode()


def cover(lines: Sequence[tuple[str, str]]) -> bytes:
    """The sheet that says what the file is: a title and lines of two cells."""
    (title, _nothing), *rest = lines
    rows = [f"<row>{_styled(title, 6)}</row>", "<row/>"]
    rows += [f"<row>{_styled(label, 1)}{_styled(value, 7)}</row>" for label, value in rest]
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="22" customWidth="1"/>'
        f'<col min="2" max="2" width="70" customWidth="1"/></cols><sheetData>{"".join(rows)}</sheetData></worksheet>'
    ).encode()


def frame(names: Sequence[str]) -> dict[str, bytes]:
    """What holds the sheets of these names together, by the name of each part."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    tied = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in numbers
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number in numbers
    )
    found = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{tied}'
        f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>{kinds}'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    }
    return {name: (_XML + content).encode() for name, content in found.items()} | {
        "xl/styles.xml": _STYLES.encode()
    }


def _styled(text: str, style: int) -> str:
    return text_cell(harmless(text)).replace('<c s="4"', f'<c s="{style}"', 1)


def _letters(number: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
