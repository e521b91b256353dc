"""Cases as they stand in the queue, and a reviewer who looks at it."""

from datetime import timedelta

from applications.models import Application
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, reviewer_for


def signed_in(client):
    """The browser with a reviewer of the head office at the desk."""
    client.reviewer = StaffFactory(role="reviewer", branch=BranchFactory(code="HEAD", parent=None))
    client.force_login(client.reviewer)
    return client


def case_at(desk, **kwargs):
    return RegistrationFactory(branch=BranchFactory(parent=desk.reviewer.branch), **kwargs)


def change(case, **columns):
    """What time alone would make of the row."""
    Application.objects.filter(pk=case.pk).update(**columns)
    case.refresh_from_db()
    return case


def taken(case, by=None, *, passed=False):
    """The case in a reviewer's hands, or in hands from which it has passed."""
    now = clock.now()
    case.claim(by=by or reviewer_for(case), now=now)
    return change(case, lease_until=now - timedelta(minutes=1)) if passed else case
