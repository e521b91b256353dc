import pytest
from constance import config

from config.files.exports import asking
from config.files.exports.asking import ask
from config.files.exports.report import report_named
from config.files.models import Export
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import DeviceFactory


@pytest.fixture
def branch(db):
    return BranchFactory()


@pytest.fixture
def supervisor(branch):
    return StaffFactory(role="supervisor", branch=branch)


@pytest.fixture
def devices():
    return report_named("devices")


@pytest.fixture
def bindings():
    return report_named("bindings")


@pytest.fixture
def all_in_background(db):
    """Even the shortest report is a job."""
    config.export_rows_at_once = 0


@pytest.fixture
def waiting(all_in_background, branch, supervisor, devices, monkeypatch):
    """A job that nobody has begun: `waiting(3)` is one over three devices. The queue of tests would work at once."""
    monkeypatch.setattr(asking, "make_soon", lambda _pk: None)

    def make(count=3, *, by=supervisor, conditions=None, **given) -> Export:
        DeviceFactory.create_batch(count, branch=branch)
        export, content = ask(devices, conditions or {}, by=by, now=clock.now(), **given)
        assert content is None
        return export

    return make
