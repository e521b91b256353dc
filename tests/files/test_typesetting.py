"""Letters as PDF: what goes in as text stays text, nothing comes from outside, and the file is fit for the archive."""

import io
import json

import pikepdf
import pytest
import typst

from config.files import typesetting
from config.files.typesetting import typeset
from tests.house.tree import read, tracked

FACTS = {"title": "停用通知书", "language": "zh-hans", "date": "2026-09-15", "name": "云栖茶舍"}
PLAIN = "#heading(facts.title)\n#par(facts.name)\n"
# Each would do something, or break the letter, if it were read as markup.
MARKUP = [
    '#eval("1 + 1")',
    "#panic()",
    "*bold* _slanted_ = heading",
    "$x^2$",
    "\\ \\u{41}",
    "`raw` <label> @label",
    '#import "@preview/evil:1.0.0"',
    '#read("/etc/passwd")',
    "// gone /* gone */",
    '"quoted" -- and --- dashes ... ~',
    "] } ) #",
]


@pytest.fixture
def template(tmp_path):
    def written(source: str) -> str:
        (tmp_path / "letter.typ").write_text(source)
        return str(tmp_path / "letter.typ")

    return written


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def texts_of(source: str, facts: dict) -> list[str]:
    """The paragraphs of the finished letter, as the typesetter itself knows them."""
    whole = typesetting.PRELUDE.read_text() + source
    answer = typst.query(
        whole.encode(),
        "par",
        field="body",
        font_paths=typesetting._fonts(),
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts)},
    )
    return [body.get("text", "") for body in json.loads(answer)]


@pytest.mark.parametrize("name", MARKUP)
def test_a_name_is_never_read_as_markup(template, name):
    facts = {**FACTS, "name": name, "title": name}

    assert name in texts_of(PLAIN, facts)
    with opened(typeset(template(PLAIN), facts)) as pdf:
        assert str(pdf.docinfo["/Title"]) == name


def test_markup_in_a_template_is_read_as_markup():
    """The negative control: the same words in the template's own text do something."""
    assert texts_of('#par("#eval" + eval("str(1 + 1)"))', FACTS) == ["#eval2"]


def test_the_same_facts_give_the_same_bytes(template):
    letter = template(PLAIN)

    assert typeset(letter, FACTS) == typeset(letter, dict(reversed(FACTS.items())))
    assert typeset(letter, FACTS) != typeset(letter, {**FACTS, "name": "云栖茶社"})


def test_a_letter_is_fit_for_the_archive_and_for_every_reader(template):
    """One A4 page, tagged, with title, language and date, the font inside and a map back to characters."""
    with opened(typeset(template(PLAIN), FACTS)) as pdf:
        (page,) = pdf.pages
        (font,) = page.Resources.Font.values()
        descriptor = font.DescendantFonts[0].FontDescriptor
        metadata = pdf.open_metadata()

        assert [round(float(side)) for side in page.MediaBox] == [0, 0, 595, 842]
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.MarkInfo.Marked
        assert (metadata.get("pdfaid:part"), metadata.get("pdfuaid:part")) == ("2", "1")
        assert str(pdf.docinfo["/Title"]) == "停用通知书"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260915")
        assert "NotoSansSC" in str(font.BaseFont)
        assert len(descriptor.FontFile3.read_bytes()) > 1000
        assert "beginbf" in font.ToUnicode.read_bytes().decode()


def test_an_english_letter_says_so(template):
    with opened(typeset(template(PLAIN), {**FACTS, "language": "en", "title": "Notice"})) as pdf:
        assert str(pdf.Root.Lang) == "en"


def test_what_the_font_lacks_is_written_as_its_code_point():
    """Seldom characters occur in names: a letter that left them out would name somebody else."""
    assert typesetting._drawable({"a": ["田𠮷\u202e\x07", 3, None], "b": "䶮\t\n"}) == {
        "a": ["田〔U+20BB7〕", 3, None],
        "b": "䶮 \n",
    }


def test_a_character_that_the_font_lacks_does_not_stop_a_letter(template):
    assert typeset(template(PLAIN), {**FACTS, "name": "田𠮷😀"}).startswith(b"%PDF")


@pytest.mark.parametrize("source", ['#read("/etc/passwd")', '#image("/etc/hostname")', '#include "../x.typ"'])
def test_a_template_reads_nothing_outside_its_folder(template, tmp_path, source):
    (tmp_path.parent / "x.typ").write_text("outside")

    with pytest.raises(typst.TypstError):
        typeset(template(PLAIN + source), FACTS)


def test_a_template_reads_its_own_folder(template, tmp_path):
    (tmp_path / "beside.txt").write_text("inside")

    assert typeset(template(PLAIN + '#read("beside.txt")'), FACTS) != typeset(template(PLAIN), FACTS)


def test_a_template_fetches_no_package(template):
    with pytest.raises(ValueError, match="network"):
        typeset(template('#import "@preview/cetz:0.3.0": *'), FACTS)


def test_a_letter_that_lacks_a_fact_is_not_made(template):
    with pytest.raises(typst.TypstError, match="name"):
        typeset(template(PLAIN), {key: FACTS[key] for key in ("title", "language", "date")})


def test_templates_of_the_portal_fetch_nothing():
    letters = [path for path in tracked() if path.suffix == ".typ"]

    assert letters
    assert [path for path in letters if typesetting._PACKAGE.search(read(path))] == []
