"""What must never be false of returns, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from terminals.returns.models import ReturnFinding, ReturnInspection
from tests.accounts.factories import StaffFactory
from tests.terminals.returns.factories import SOUND, a_file, asked_back, line_of, returned, storekeeper

pytestmark = pytest.mark.django_db


def breaks(name, write) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)


def again(row, **values):
    """The same row once more, with these values of its own."""
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    return lambda: row.save(force_insert=True)


def test_return_one_at_a_time():
    breaks("return_one_at_a_time", again(returned("received"), number="GH-20260911-000001"))


def test_return_status_known():
    breaks("return_status_known", change(asked_back(), status="asleep"))


@pytest.mark.parametrize("said", [{"way": "courier"}, {"way": "pick_up"}, {"way": "pigeon"}])
def test_return_sent_has_its_way(said):
    breaks("return_sent_has_its_way", change(returned("sent"), **said))


def test_return_received_when():
    breaks("return_received_when", change(asked_back(), status="received"))


@pytest.mark.parametrize("left_out", ["lost_by", "lost_note", "police_receipt"])
def test_return_lost_whole(left_out):
    said = {
        "lost_at": clock.now(),
        "lost_by": StaffFactory(),
        "lost_note": "被盗",
        "police_receipt": a_file(),
    }
    said[left_out] = "" if left_out == "lost_note" else None

    breaks("return_lost_whole", change(asked_back(), **said))


def test_return_written_off_by_second():
    order = returned("written_off")

    breaks("return_written_off_by_second", change(order, written_off_by=order.lost_by))


def test_return_line_once():
    breaks("return_line_once", again(line_of(asked_back(), "cable")))


def test_return_line_within_expected():
    line = line_of(asked_back(), "cable")

    breaks("return_line_within_expected", change(line, received=3, condition="good"))


@pytest.mark.parametrize(
    "said", [{"received": 1}, {"condition": "good"}, {"missing": 1, "condition": "good"}]
)
def test_return_line_condition_known(said):
    breaks("return_line_condition_known", change(line_of(asked_back(), "cable"), **said))


def test_return_line_remark_unless_good():
    said = {"received": 1, "condition": "worn", "photo": a_file()}

    breaks("return_line_remark_unless_good", change(line_of(asked_back(), "cable"), **said))


def test_return_line_photo_of_damage():
    said = {"received": 1, "condition": "damaged", "remark": "外壳开裂"}

    breaks("return_line_photo_of_damage", change(line_of(asked_back(), "cable"), **said))


def test_return_finding_differs():
    order = asked_back()
    said = {"serial_expected": "A1", "serial_read": "A1", "at": clock.now(), "by": storekeeper()}

    breaks(
        "return_finding_differs", lambda: ReturnFinding.objects.create(order=order, piece="terminal", **said)
    )


@pytest.mark.parametrize(
    ("name", "found", "outcome"),
    [
        ("return_inspection_wiped", {"keys_destroyed": False}, "handed_back"),
        ("return_inspection_sound_for_stock", {"tamper_marks": True}, "stock"),
        ("return_inspection_scrap_has_note", {}, "scrap"),
    ],
)
def test_of_an_inspection(name, found, outcome):
    said = {**SOUND._replace(**found)._asdict(), "at": clock.now(), "by": storekeeper(), "outcome": outcome}
    order = returned("received")

    breaks(name, lambda: ReturnInspection.objects.create(order=order, **said))
