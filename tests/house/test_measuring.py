"""The one table of the benchmarks is put together from what each program prints."""

from argparse import Namespace
from importlib.util import find_spec

from tests.bench import __main__ as bench
from tests.bench.measuring import Row, table
from tests.house.tree import ROOT

ROWS = [
    Row("3", "queue page of 50 / raw query", "24.2 ms / 1.90 ms", 12.73, "<= 12"),
    Row("7", "activations a second", "9.0 / 2.0 ms, 30 statements", 0.22, ">= 0.12"),
    Row("8", "the same, the statements alone", "628 / 379", 1.66, ""),
]


def test_a_printed_row_is_read_back():
    lines = table(ROWS).splitlines()

    assert [row for line in lines if (row := Row.read(line))] == ROWS
    assert [row.is_met for row in ROWS] == [False, True, True]
    assert Row.read("| # | work | measured | ratio | target | |") is None


def test_rows_of_a_program_are_found_among_what_else_it_says(tmp_path, monkeypatch):
    program = tmp_path / "tests" / "bench"
    program.mkdir(parents=True)
    said = "filling\n" + table(ROWS[:1]) + "\n" + table(ROWS)
    (program / "sample.py").write_text(f"import sys\nsys.stdout.write({said!r})\nsys.exit(1)\n")
    monkeypatch.setattr(bench, "ROOT", tmp_path)

    ended, rows = bench.run("sample", [])

    assert (ended, rows) == (1, ROWS)


def test_every_program_of_the_runner_that_is_there_can_be_run_by_itself():
    given = Namespace(applications=2, small=1, anew=False)
    there = [name for name in bench.programs(given) if find_spec(f"tests.bench.{name}")]

    assert {"desk", "activating", "uploading"} <= set(there)
    sources = [(ROOT / f"tests/bench/{name}.py").read_text() for name in there]
    assert all("sys.exit(main())" in source for source in sources)


def test_the_report_says_what_was_measured():
    written = (ROOT / "docs/performance.md").read_text().splitlines()

    assert [row for line in written if (row := Row.read(line))], "no row is written in docs/performance.md"
