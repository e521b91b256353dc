import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel import clock
from config.kernel.audit import AuditEvent
from terminals.estate import import_devices
from terminals.models import Device
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import DeviceFactory, DeviceModelFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def take():
    branch = BranchFactory()
    storekeeper = StaffFactory(role="storekeeper", branch=branch)
    DeviceModelFactory(vendor="示例", name="P2")

    return lambda content: import_devices(content, branch=branch, by=storekeeper, now=clock.now())


GOOD = "序列号,型号\nP2A000000901,P2\nP2A000000902,示例 P2\n"


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        GOOD.encode(),
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("gbk"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("序列号,型号", "serial_number,model"),
        GOOD.replace("序列号,型号", " SERIAL NUMBER , Model "),
        GOOD.replace("P2A000000901", "p2a 000-000901").replace("P2A000000902", "Ｐ２Ａ００００００９０２"),
        GOOD + "\n\n , \n",
        io.BytesIO(GOOD.encode()),
        GOOD.splitlines(),
        'vendor,model,serial_number,note\n示例,P2,P2A000000901,"a,b"\n示例,ｐ２,P2A000000902,\n',
    ],
)
def test_lists_as_they_come_are_taken(take, content):
    report = take(content)

    assert (report.added, report.errors) == (2, [])
    assert set(Device.objects.values_list("serial_number", flat=True)) == {"P2A000000901", "P2A000000902"}
    device = Device.objects.first()
    assert (device.status, device.ownership, device.model.name) == ("in_stock", "bank", "P2")
    assert AuditEvent.objects.filter(action="devices_imported").get().detail == {"count": 2}


def lines_of(report) -> list[int]:
    assert report.added == 0
    assert all(error.sentence for error in report.errors)
    return [error.line for error in report.errors]


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("P2A000000901,P2", "2"),
        ("12345,P2", ""),
        ("设备1350001,P2", ""),
        ("=1+1,P2", "'='"),
        ("P2A000000903,@P2", "'@'"),
        ("+P2A000000903,P2", "'+'"),
        ("1.35E+09,P2", ""),
        ("P2A000000903,P9", ""),
        ("P2A000000903,", ""),
        (",P2", ""),
        ("P2A000000903," + "x" * 201, ""),
        ("A" * 51 + ",P2", ""),
    ],
)
def test_a_line_that_is_wrong_is_told_by_its_number_and_nothing_is_taken(take, line, part):
    report = take(GOOD + line + "\n")

    assert lines_of(report) == [4]
    assert part in report.errors[0].sentence
    assert not Device.objects.exists()


def test_all_wrong_lines_are_told_at_once(take):
    assert lines_of(take("序列号,型号\n1,P2\nP2A000000901,P2\n\n2,P2\n")) == [2, 5]


def test_a_device_of_the_estate_is_not_taken_twice(take):
    DeviceFactory(serial_number="P2A000000902")

    assert lines_of(take(GOOD)) == [3]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "序列号,型号\n",
        "型号\nP2\n",
        "P2A000000901,P2\n",
        "序列号,序列号,型号\n1,2,3\n",
        b"\x00\x01\x02",
        GOOD.encode("utf-16"),
        GOOD + "P2A\x00,P2\n",
        GOOD + '"P2A000000903,P2\n',
        b"\xff\xfe\xfd" * 10,
        "序列号,型号\n" + "".join(f"P2A{n:09d},P2\n" for n in range(5001)),
        b"x" * 2_000_001,
        "x" * 2_000_001,
        "序列号,型号\n" + "x" * 200_000,
    ],
)
def test_a_file_that_is_no_list_is_told_so(take, content):
    report = take(content)

    assert lines_of(report)
    assert len(report.errors) == 1
    assert not Device.objects.exists()


def test_a_model_that_two_vendors_have_needs_the_vendor(take):
    DeviceModelFactory(vendor="别家", name="P2")

    assert lines_of(take("序列号,型号\nP2A000000901,P2\n")) == [2]
    assert take("序列号,厂商,型号\nP2A000000901,别家,P2\n").added == 1


@given(st.binary(max_size=300))
def test_whatever_comes_is_answered(content):
    report = import_devices(content, branch=None, by=None, now=clock.now())

    assert report.added == 0
    assert report.errors
