"""The same file twice, byte for byte."""

import pytest

from applications.findings.finding import WHOLE
from applications.models import Document
from config.kernel import clock
from merchants.models import Membership
from tests.accounts.factories import MerchantUserFactory
from tests.applications.factories import RegistrationFactory, stored_photo
from tests.applications.findings.cases import NOTHING_IN_COMMON, answers_of, case_of, found, levels, shows
from tests.merchants.factories import onboarded, owner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return case_of()


def give_same_file(case, paper: str, *, as_: Document) -> None:
    """This paper of the case is byte for byte the other document."""
    own = stored_photo(by=case.applicant, now=clock.now())
    type(own).objects.filter(pk=own.pk).update(sha256=as_.stored_file.sha256)
    case.documents.current().filter(paper=paper).update(stored_file=own)


def test_a_paper_of_another_party(case):
    other = RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON), state="submitted")
    shows(case, "papers_unshared", "ok", WHOLE)

    give_same_file(case, "licence", as_=other.documents.get(paper="licence"))

    shows(case, "paper_used_elsewhere", "warn", "paper:licence")
    assert found(case)["paper_used_elsewhere"][0].see == (other.number,)
    assert levels(case, "papers_unshared") == set()


@pytest.mark.parametrize("whose", ["draft", "own", "merchant"])
def test_a_paper_that_may_well_be_sent_twice(whose):
    merchant = onboarded()
    member = MerchantUserFactory()
    Membership.objects.create(user=member, merchant=merchant, role="operator", since=clock.now())
    owner = owner_of(merchant)
    mine = {"merchant": merchant, "branch": merchant.branch}
    case = RegistrationFactory(**mine, applicant=owner)
    first = {
        "draft": RegistrationFactory,
        "own": lambda: RegistrationFactory(applicant=owner, state="submitted"),
        "merchant": lambda: RegistrationFactory(**mine, applicant=member, filed_by=owner, state="submitted"),
    }[whose]()

    give_same_file(case, "licence", as_=first.documents.get(paper="licence"))

    assert levels(case, "paper_used_elsewhere") == set()


def test_one_file_for_two_papers(case):
    give_same_file(case, "counter", as_=case.documents.get(paper="interior"))

    shows(case, "paper_twice", "warn", "paper:counter")
