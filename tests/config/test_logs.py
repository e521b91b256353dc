import json
import logging

import pytest
import structlog
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from config.logs import RequestLines, logging_to_standard_error, without_personal_data


@pytest.fixture
def line():
    """Writes one event through the portal's formatter and gives back its raw line."""
    formatter = logging_to_standard_error(level="INFO")["formatters"]["json"]
    render = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
    )

    def write(message, *args, error=None):
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, message, args, error)
        return render.format(record)

    return write


@pytest.mark.parametrize("hostile", ["a\r\nb", "a\x1b[31mb", "a\u2028b", "a\x00b", "a\x85b"])
def test_a_hostile_value_stays_in_its_line(line, hostile):
    written = line("merchant %s", hostile)

    assert written.splitlines() == [written]
    assert written.isascii()
    assert json.loads(written)["event"] == f"merchant {hostile}"


@pytest.mark.parametrize(
    "private",
    [
        "110101199003074477",
        "11010519491231002X",
        "13800138000",
        "6222021234567890123",
        "4825 9135 0067",
        "li@example.cn",
    ],
)
def test_personal_data_does_not_reach_the_line(line, private):
    try:
        raise ValueError(f"Key (mobile)=({private}) already exists")
    except ValueError as error:
        written = line("refused %s", {"nested": [private]}, error=(type(error), error, error.__traceback__))

    assert private not in written
    assert "already exists" in written


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_anything_can_be_written(value):
    json.dumps(without_personal_data(None, "info", {"event": value}))


def test_a_request_line_has_the_path_without_the_query():
    request = RequestFactory().get("/admin/", {"q": "110101199003074477"})

    assert RequestLines(lambda request: None).format_request(request) == "GET /admin/"
