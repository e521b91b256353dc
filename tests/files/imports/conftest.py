from types import SimpleNamespace

import pytest

from config.files.imports import asking
from config.files.imports.asking import ask
from config.files.models import ImportJob
from config.files.tidying import every_blob
from config.kernel import clock
from merchants.blacklist_import import BLACKLIST
from terminals.estate import DEVICES
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import DeviceModelFactory


def devices_list(count: int, *, first: int = 0) -> str:
    lines = (f"P2A{number:09d},P2" for number in range(first, first + count))
    return "\n".join(["序列号,型号", *lines, ""])


def blacklist_list(count: int) -> str:
    lines = (f"名称,样例商户{number:06d},套现,清算协会" for number in range(count))
    return "\n".join(["类型,号码,原因,来源", *lines, ""])


def kept() -> list[str]:
    """What of lists lies in the storage."""
    return [name for name in every_blob() if name.startswith("imports/")]


@pytest.fixture(autouse=True)
def own_vault(vault):
    return vault


@pytest.fixture
def branch(db):
    DeviceModelFactory(vendor="示例", name="P2")
    return BranchFactory()


@pytest.fixture
def storekeeper(branch):
    return StaffFactory(role="storekeeper", branch=branch)


@pytest.fixture
def risk(branch):
    return StaffFactory(role="risk", branch=branch)


@pytest.fixture
def nobody_begins(monkeypatch):
    """The queue of tests would work at once."""
    monkeypatch.setattr(asking, "take_soon", lambda _pk: None)


@pytest.fixture
def waiting(nobody_begins, branch, storekeeper):
    """A job that nobody has begun: `waiting(text)` is one of devices for the storekeeper's branch."""

    def make(text: str | None = None, **given) -> ImportJob:
        asked = {"branch": branch}
        return ask(DEVICES, text or devices_list(3), asked, by=storekeeper, now=clock.now(), **given)

    return make


@pytest.fixture
def lists(branch, storekeeper, risk):
    """An importer with a list of so many lines, and what is asked beside it."""
    return [
        SimpleNamespace(importer=DEVICES, text=devices_list, given={"branch": branch}, by=storekeeper),
        SimpleNamespace(importer=BLACKLIST, text=blacklist_list, given={"source": ""}, by=risk),
    ]
