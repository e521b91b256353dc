"""What a merchant typed in bad faith, looked at by everybody: it is text on every page, and no template runs it."""

import pytest
from django.test import Client

from applications.support.callers import check_caller
from applications.support.checking.asking import ask
from applications.support.models import ClosingCause
from applications.support.opening import open_ticket
from applications.verdicts import all_in_order
from config.kernel import clock
from merchants.models import Membership
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, consent, fault, particulars
from tests.applications.portal import signed_in
from tests.merchants.factories import onboarded, owner_of
from tests.terminals import bulletins
from tests.terminals.bulletins import WORDS, writer
from tests.terminals.factories import activated
from tests.terminals.offers.factories import enrolled, published
from tests.terminals.settlement.factories import clerk, confirmed, stopping

pytestmark = pytest.mark.django_db
MARK = "<img src=x>"
SUM = "{{7*7}}"
TYPED = f"{MARK}{SUM}"
FIELDS = ("registered_name", "business_scope", "registered_address", "business_address")
FIELDS += ("responsible_name", "contact_name", "account_holder", "account_bank")


def in_bad_faith(state: str, **given):
    registration = RegistrationFactory(answers=particulars(**dict.fromkeys(FIELDS, TYPED)), **given)
    registration.placements.update(label=MARK, address=TYPED, use_area=TYPED)
    for document in registration.documents.all():
        type(document.stored_file).objects.filter(pk=document.stored_file_id).update(
            display_name=f"{MARK}.jpg"
        )
    if state != "draft":
        registration.submit(by=registration.applicant, now=clock.now(), consent=consent())
        reviewer = StaffFactory(role="reviewer", branch=registration.branch, full_name=TYPED)
        registration.claim(by=reviewer, now=clock.now())
        said = {"by": reviewer, "now": clock.now(), "version": registration.version}
        if state == "returned":
            given_back = {
                key: fault(reason, TYPED)
                for key, reason in (
                    ("paper:licence", "glare"),
                    ("field:trading_name", "other_field"),
                    ("field:responsible_name", "name_differs"),
                    ("placement:1:place", "address_incomplete"),
                )
            }
            verdicts = all_in_order(registration) | given_back
            registration.return_for_correction(
                public_text=TYPED, verdicts=verdicts, private_note=TYPED, **said
            )
        if state == "approved":
            verdicts = all_in_order(registration)
            registration.approve(account_verified=True, private_note=TYPED, verdicts=verdicts, **said)
    return registration


def looked_at(browser, *paths) -> str:
    pages = [browser.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * len(paths), [
        page.request["PATH_INFO"] for page in pages
    ]
    return "".join(page.content.decode() for page in pages)


@pytest.fixture
def head():
    return BranchFactory(parent=None, name=TYPED)


def test_merchants_see_text(head):
    owner = MerchantUserFactory(full_name=TYPED)
    approved = in_bad_faith("approved", applicant=owner, branch=head)
    operator = MerchantUserFactory()
    Membership.objects.create(user=operator, merchant=approved.merchant, role="operator", since=clock.now())
    returned = in_bad_faith("returned", applicant=owner, branch=head)
    draft = in_bad_faith("draft", applicant=owner, branch=head)
    terminal = approved.placements.get().terminal
    pages = ["/", "/applications/", "/applications/new/", "/accounts/", "/terminals/"]
    pages += [f"/terminals/{terminal.number}/", f"/receipts/{terminal.codes.get().receipt_token}/"]
    given = {"screen": "not_registered", "by": owner, "now": clock.now(), "language": "en"}
    checks = [ask(number=number, **given) for number in (terminal.number, "ZZX777000111")]
    pages += ["/check/", f"/check/labels/{terminal.number}/", *(f"/check/{one.number}/" for one in checks)]
    for one in (approved, returned):
        pages += [f"/applications/{one.number}/", f"/applications/{one.number}/?show=all"]
    for one in (returned, draft):
        parts = ("", "business/", "responsible/", "papers/", "terminals/", "check/")
        pages += [f"/applications/{one.number}/draft/{part}" for part in parts]
    for one in (returned, draft):
        pages += [f"/applications/{one.number}/draft/terminals/{one.placements.get().pk}/"]
    pages += [f"/applications/{approved.number}/receipt/", "/simulator/"]

    seen = looked_at(signed_in(owner), *pages) + looked_at(signed_in(operator), "/", "/terminals/")
    slip = signed_in(owner).post(f"/terminals/{terminal.number}/code/").content.decode()

    assert "&lt;img src=x" in seen
    assert MARK not in seen + slip
    assert SUM in seen


def test_the_desk_sees_text(head):
    cases = [in_bad_faith(state, branch=head) for state in ("returned", "approved")]
    reviewer = signed_in(StaffFactory(role="reviewer", branch=head))
    root = signed_in(StaffFactory(role="administrator", branch=head, is_superuser=True, full_name=TYPED))
    case_pages = [f"/admin/applications/application/{case.pk}/review/" for case in cases]
    queue = "/admin/applications/application/"
    records = [
        f"/admin/kernel/{name}/" for name in ("auditevent", "accessrecord", "statuschange", "outboxmessage")
    ]
    people = ["/admin/accounts/user/", "/admin/accounts/branch/", f"/admin/accounts/branch/{head.pk}/change/"]

    seen = looked_at(reviewer, "/admin/", queue, f"{queue}?view=all", f"{queue}?view=done", *case_pages)
    seen += looked_at(root, "/admin/", queue, *case_pages, *records, *people)

    assert "&lt;img src=x" in seen
    assert MARK not in seen


def test_the_settlement_desk_sees_text(head):
    terminal, _done = activated(merchant=onboarded(branch=head))
    clearance = stopping(terminal=terminal)
    item = clearance.items.get(code="batch")
    confirmed(item, by=clerk(head, full_name=TYPED), evidence=TYPED)
    item.give_back(by=clerk(head), now=clock.now(), note=TYPED)
    confirmed(clearance.items.get(code="payout"), by=clerk(head, full_name=TYPED), evidence=TYPED)

    page = f"/admin/settlement/clearance/{clearance.pk}/change/"
    seen = looked_at(signed_in(clerk(head)), "/admin/settlement/clearance/", page)

    assert "&lt;img src=x" in seen
    assert MARK not in seen


def test_a_bulletin_is_text_for_everybody(head):
    """Also where somebody at the bank wrote it, and in what a device is told."""
    words = dict.fromkeys(WORDS, TYPED)
    by, now = writer(branch=head, full_name=TYPED), clock.now()
    bulletin = bulletins.published(by=by, **words)
    bulletin.correct(by=by, now=now, **words)
    own = ["/", "/bulletins/", f"/bulletins/{bulletin.number}/"]
    desk = ["/admin/terminals/bulletin/", f"/admin/terminals/bulletin/{bulletin.pk}/change/"]

    pages = looked_at(Client(), *own), looked_at(signed_in(MerchantUserFactory()), *own)
    pages += (looked_at(signed_in(by), *desk),)
    bulletin.end(by=by, now=now, note=TYPED)
    pages += (looked_at(signed_in(by), *desk[1:]),)

    for seen in pages:
        assert "&lt;img src=x" in seen
        assert MARK not in seen
        assert SUM in seen


def test_offers_are_text(head):
    """What colleagues wrote, on the pages of merchants and of the desk."""
    merchant = activated(merchant=onboarded(branch=head))[0].merchant
    words = dict.fromkeys(("title_zh", "benefit_zh", "terms_zh"), TYPED)
    offer = enrolled(published(branch=head, **words), merchant).offer
    chief = signed_in(StaffFactory(role="supervisor", branch=head))

    seen = looked_at(signed_in(owner_of(merchant)), "/offers/", f"/offers/{offer.number}/")
    seen += looked_at(chief, "/admin/offers/offer/", f"/admin/offers/offer/{offer.pk}/change/")

    assert "&lt;img src=x" in seen
    assert MARK not in seen


def test_tickets_are_text_to_both_sides(head):
    owner = MerchantUserFactory(full_name=TYPED)
    merchant = onboarded(branch=head, by=StaffFactory(branch=head), contact_name=TYPED)
    Membership.objects.create(user=owner, merchant=merchant, role="owner", since=clock.now())
    helper = StaffFactory(role="support", branch=head, full_name=TYPED)
    said = {"merchant": merchant, "text": TYPED, "by": owner, "now": clock.now()}
    ticket = open_ticket(category="other", **said)
    ticket.take(by=helper, now=clock.now())
    ticket.answer(TYPED, by=helper, now=clock.now())
    ticket.note(TYPED, by=helper, now=clock.now())
    ticket.close(ClosingCause.objects.get(pk="network"), text=TYPED, by=helper, now=clock.now())
    ticket.rate(1, TYPED, by=owner, now=clock.now())
    known = {"contact_name": TYPED, "merchant_number": merchant.number}
    check = check_caller(merchant, known, by=helper, now=clock.now())

    seen = looked_at(
        signed_in(owner), "/support/", f"/support/{ticket.number}/", "/support/new/", "/messages/"
    )
    pages = ["ticket/", f"ticket/{ticket.pk}/change/", f"callercheck/{check.pk}/change/", "callercheck/"]
    seen += looked_at(signed_in(helper), *(f"/admin/support/{page}" for page in [*pages, "cannedtext/"]))

    assert "&lt;img src=x" in seen
    assert MARK not in seen
