import pytest

from applications.support.checking import reports


@pytest.fixture(autouse=True)
def no_desk_stays():
    """What a test declares as a desk's report is gone after it."""
    before = dict(reports._desks)
    yield
    reports._desks.clear()
    reports._desks.update(before)
