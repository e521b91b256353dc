"""Stops, notices and effects asked by themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from applications.invariants.effects import OF_EFFECTS
from applications.invariants.stops import OF_STOPS
from applications.models import Deactivation, DeactivationNotice, Relocation
from applications.notices.issuing import correct_notice, facts_of
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.clock import local_date
from config.kernel.numbering import NumberSeries
from terminals.models import Terminal
from tests.applications.notices.factories import delivered, objected, staff
from tests.applications.requests import approve, bank_stop, requested
from tests.applications.reviewing import staff as colleague
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db

TABLE = OF_STOPS | OF_EFFECTS


def settling() -> Deactivation:
    """A merchant's stop that has taken effect: the terminal only settles."""
    filed_at = clock.now() - timedelta(days=14)
    stop = requested("deactivation", state="approved", now=filed_at)
    carry_out_due(clock.now())
    stop.refresh_from_db()
    assert stop.effected_at
    return stop


def waiting() -> Deactivation:
    return requested("deactivation", state="approved")


def cut_off() -> Deactivation:
    """An emergency by order, decided by two."""
    stop = bank_stop(activated()[0], "authority", is_emergency=True, state="under_review")
    approve(stop)
    stop.release_decision(by=colleague(stop), now=clock.now(), version=stop.version)
    assert the_terminal(stop).cut_off_by
    return stop


def revoked() -> Deactivation:
    stop = settling()
    stop.ask_revocation(by=colleague(stop), now=clock.now(), note="续签")
    stop.revoke(by=colleague(stop, "supervisor"), now=clock.now())
    return stop


def moved(**answers) -> Relocation:
    return requested("relocation", state="approved", **answers)


def the_terminal(stop) -> Terminal:
    return Terminal.objects.get(application_links__application=stop.pk)


def notice_of(stop) -> DeactivationNotice:
    return DeactivationNotice.objects.get(application=stop.pk)


def change(row, **values) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def found(name: str) -> list[str]:
    return [str(each) for each in TABLE[name][1]()]


def broken() -> dict[str, list[str]]:
    return {name: rows for name in TABLE if (rows := found(name))}


def test_what_the_verbs_made_holds():
    made = [settling(), waiting(), cut_off(), revoked(), moved()]
    moved(effective_on=local_date(clock.now()) + timedelta(days=9))
    requested("change", merchant=made[0].merchant, state="approved", contact_mobile="13800138001")
    notice = delivered(notice_of(made[0]))
    correct_notice(notice, replace(facts_of(notice), phone="1"), by=staff(notice), now=clock.now(), why="错")
    objected(delivered(notice_of(settling())))
    settled = settling()
    change(the_terminal(settled), status="deactivated", cleared_at=clock.now())
    delivered(notice_of(settled)).close(by=staff(settled, "account_manager"), now=clock.now())

    assert broken() == {}


def wound_up_by_nobody():
    terminal = activated()[0]
    terminal.wind_up(by=staff(terminal), now=clock.now(), note="停用")
    return terminal.number


def put_back_and_yet_settling():
    stop = revoked()
    change(the_terminal(stop), status="settle_only")
    return the_terminal(stop).number


def without_a_notice():
    stop = settling()
    change(notice_of(stop), status="revoked", revoked_at=clock.now(), revoked_by=colleague(stop))
    return the_terminal(stop).number


def revoked_beside_its_stop():
    without_a_notice()
    return DeactivationNotice.objects.get().reference


def without_a_clearance():
    terminal = the_terminal(settling())
    terminal.clearances.update(reason="swap")
    return terminal.number


def not_asked_back():
    terminal = the_terminal(settling())
    terminal.returns.update(status="called_off")
    return terminal.number


def without_a_task():
    terminal = the_terminal(cut_off())
    terminal.clearances.update(reason="swap")
    return terminal.number


def a_number_left_out():
    notice = notice_of(settling())
    change(notice, position=2)
    return f"notice {notice.branch.code} {notice.year}"


def a_notice_gone():
    notice = notice_of(settling())
    series = NumberSeries.objects.get(series="notice")
    change(series, last=2)
    return f"notice {notice.branch.code} {notice.year}"


def without_its_second_version():
    notice = notice_of(settling())
    version = notice.current
    version.pk, version.number, version.why, version.token = None, 3, "错", "x"
    version.save(force_insert=True)
    return notice.reference


def with_other_figures():
    version = notice_of(settling()).current
    version.content["facts"]["phone"] = "021-1"
    version.save(update_fields=["content"])
    return f"{version.notice.reference}/1"


def with_another_file():
    version = notice_of(settling()).current
    change(version.file, sha256="0" * 64)
    return version.notice.reference


def objected_to_by_nobody():
    notice = delivered(notice_of(settling()))
    change(notice, status="objected")
    return notice.reference


def an_objection_unheard():
    notice = objected(delivered(notice_of(settling())))
    change(notice, status="delivered")
    return notice.reference


def standing_beside_a_revoked_stop():
    notice = notice_of(revoked())
    change(notice, status="issued", revoked_at=None, revoked_by=None)
    return notice.reference


def completed_before_the_end():
    notice = delivered(notice_of(settling()))
    change(notice, status="closed")
    return notice.reference


def true_without_a_decision():
    one = moved()
    change(one.application_ptr, status="under_review", decided_at=None, decided_by=None)
    return one.number


def granted_for_no_day():
    stop = waiting()
    change(stop, effect_due_at=None)
    return stop.number


def true_before_its_day():
    stop = waiting()
    change(stop, effected_at=clock.now())
    return stop.number


def moved_on_paper():
    one = moved()
    one.terminal.bindings.filter(application_number=one.number).update(application_number="YJ-0")
    return one.number


BREACHES = [
    ("stopped_by_an_application", wound_up_by_nobody),
    ("stopped_by_an_application", put_back_and_yet_settling),
    ("stopped_has_notice", without_a_notice),
    ("settling_has_clearance", without_a_clearance),
    ("settling_is_asked_back", not_asked_back),
    ("cut_off_has_task", without_a_task),
    ("notices_numbered", a_number_left_out),
    ("notices_numbered", a_notice_gone),
    ("notices_have_versions", without_its_second_version),
    ("versions_unchanged", with_other_figures),
    ("versions_keep_their_file", with_another_file),
    ("objections_in_place", objected_to_by_nobody),
    ("objections_in_place", an_objection_unheard),
    ("notices_follow_stops", revoked_beside_its_stop),
    ("notices_follow_stops", standing_beside_a_revoked_stop),
    ("completed_has_ended", completed_before_the_end),
    ("effects_were_granted", true_without_a_decision),
    ("granted_has_its_day", granted_for_no_day),
    ("effects_wait_for_their_day", true_before_its_day),
    ("moves_are_bound", moved_on_paper),
]


@pytest.mark.parametrize(("name", "breach"), BREACHES, ids=lambda each: getattr(each, "__name__", each))
def test_a_breach_is_named(name, breach):
    number = breach()

    assert found(name) == [number]


def test_every_invariant_has_a_breach():
    assert {name for name, _breach in BREACHES} == set(TABLE)
