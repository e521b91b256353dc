"""What the checks and the blacklist say is for staff: no page and no message of a merchant tells, in whatever state."""

from html import unescape

import pytest

from applications.checks import findings_of
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.models import RegistrationCode
from tests.applications.factories import RegistrationFactory, consent, decider, fault, stored_photo
from tests.applications.findings.cases import NOTHING_IN_COMMON, TODAY, ask_for, case_of, line
from tests.applications.portal import signed_in
from tests.merchants.blacklist import CAUSE, listed
from tests.merchants.factories import PERSON, onboarded

pytestmark = pytest.mark.django_db

# What can be known only from other parties' files, from the estate or from the list; the rest a merchant is told at the field.
OF_OTHERS = {
    "blacklisted",
    "id_used_elsewhere",
    "mobile_used_elsewhere",
    "account_used_elsewhere",
    "device_asked_twice",
    "paper_used_elsewhere",
}
DRAFT_PAGES = [
    "",
    "draft/",
    "draft/business/",
    "draft/responsible/",
    "draft/papers/",
    "draft/terminals/",
    "draft/check/",
]


@pytest.fixture
def suspect():
    """A submitted application that everything can be said against, and what must not be said to its applicant."""
    customer = onboarded()
    other = RegistrationFactory(state="submitted")
    entries = [listed("identity", PERSON), listed("name", "王小明")]
    case = case_of()
    ask_for(other, serial_number=line(case).serial_number)
    own = stored_photo(by=case.applicant, now=clock.now())
    copied = other.documents.get(paper="interior").stored_file.sha256
    type(own).objects.filter(pk=own.pk).update(sha256=copied)
    case.documents.filter(paper="interior").update(stored_file=own)
    case.submit(by=case.applicant, now=clock.now(), consent=consent())
    secrets = [entry.number for entry in entries] + [other.number, customer.number, CAUSE]
    secrets += [each.sentence for each in findings_of(case, on=TODAY) if each.code in OF_OTHERS]
    return case, secrets


def pages_of(case) -> str:
    browser = signed_in(case.applicant)
    urls = ["/", "/applications/", f"/applications/{case.number}/receipt/"]
    urls += [f"/applications/{case.number}/{part}" for part in DRAFT_PAGES]
    answers = [browser.get(url, follow=True) for url in urls]
    assert any(answer.status_code == 200 for answer in answers)
    return "".join(answer.content.decode() for answer in answers)


def told_to(person) -> str:
    messages = OutboxMessage.objects.filter(recipient=person)
    assert messages
    return "\n".join(f"{message.title()} {message.body()} {message.context}" for message in messages)


def take(case) -> None:
    case.claim(by=decider(case), now=clock.now())


def give_back(case) -> None:
    take(case)
    case.return_for_correction(
        by=case.assignee,
        now=clock.now(),
        version=case.version,
        verdicts=all_in_order(case) | {"paper:licence": fault("glare")},
        public_text="请核对。",
    )


def try_to_approve(case) -> None:
    take(case)
    with pytest.raises(Refused) as refused:
        case.approve(
            by=case.assignee,
            now=clock.now(),
            version=case.version,
            verdicts=all_in_order(case),
            account_verified=True,
        )
    assert refused.value.code == "blocked"
    case.refresh_from_db()


@pytest.mark.parametrize("step", [lambda case: None, take, give_back, try_to_approve])
def test_no_page_and_no_message_of_the_merchant_tells(suspect, step):
    case, secrets = suspect
    assert {each.code for each in findings_of(case, on=TODAY)} >= OF_OTHERS

    step(case)

    for text in (unescape(pages_of(case)), told_to(case.applicant)):
        assert not [secret for secret in secrets if secret in text]


def test_the_reviewer_reads_all_of_it(suspect):
    """What the test above does not find is there to be found."""
    case, secrets = suspect
    answer = signed_in(decider(case)).get(f"/admin/applications/application/{case.pk}/review/")
    page = unescape(answer.content.decode())

    assert [secret for secret in secrets if secret not in page and secret != CAUSE] == []


def test_an_entry_in_force_forbids_the_approval_and_nothing_has_happened(suspect):
    case, _secrets = suspect

    try_to_approve(case)

    assert case.status == "under_review"
    assert not case.decisions.exists()
    assert not RegistrationCode.objects.filter(application_number=case.number).exists()


def test_once_the_entry_is_off_the_approval_goes_on():
    entry = listed("mobile", "13700137000")
    case = case_of(**NOTHING_IN_COMMON)
    case.submit(by=case.applicant, now=clock.now(), consent=consent())
    try_to_approve(case)

    entry.take_off(by=decider(case), now=clock.now(), reason="误列")
    case.approve(
        by=case.assignee,
        now=clock.now(),
        version=case.version,
        verdicts=all_in_order(case),
        account_verified=True,
    )

    assert case.status == "approved" or case.held_since
