import pytest

from tests.applications.factories import RegistrationFactory
from tests.applications.portal import signed_in


@pytest.fixture
def complete_draft(db):
    """A signed-in merchant and its draft, ready to be submitted."""
    registration = RegistrationFactory()
    return signed_in(registration.applicant), registration
