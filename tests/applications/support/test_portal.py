"""The merchant's pages of the help line: a new ticket, the conversation, the end, and what nobody else sees."""

from dataclasses import asdict

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.support.checking.tree import Evidence, Place
from applications.support.models import SelfCheck, Ticket
from config.files.models import StoredFile
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from merchants.people import admit
from tests.accounts.factories import MerchantUserFactory
from tests.applications.factories import photo
from tests.applications.portal import signed_in
from tests.applications.support.factories import closed, merged, opened, owner_of, sale, shop, taken, waiting
from tests.terminals.factories import provisioned

pytestmark = pytest.mark.django_db
NOTE = "内部：商户曾多次误报"


@pytest.fixture
def merchant():
    return shop()


@pytest.fixture
def phone(merchant):
    return signed_in(owner_of(merchant))


def page(phone, path: str) -> str:
    answer = phone.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def checked(merchant, **more) -> SelfCheck:
    given = {
        "number": "ZC-20260915-000001",
        "asked_by": owner_of(merchant),
        "asked_at": clock.now(),
        "merchant": merchant,
        "branch": merchant.branch,
        "terminal": merchant.terminals.get(),
        "screen": "not_registered",
        "outcome": "O-20",
        "typed": merchant.terminals.get().number,
        "known": {
            "evidence": asdict(Evidence(place=Place.OWN, terminal="active")),
            "facts": {"internal": "只给同事看"},
        },
        "advice_version": 1,
        "language": "zh-hans",
    }
    return SelfCheck.objects.create(**given | more)


def test_a_question_is_asked_and_stands_on_its_page(phone, merchant):
    terminal = merchant.terminals.get()
    said = {"category": "terminal", "terminal": terminal.pk, "text": "屏幕发白", "file": photo()}

    answer = phone.post("/support/new/", said)

    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/support/{ticket.number}/"
    assert (ticket.terminal, ticket.merchant, ticket.category) == (terminal, merchant, "terminal")
    seen = page(phone, answer["Location"])
    assert "屏幕发白" in seen
    assert ticket.number in page(phone, "/support/")
    file = ticket.messages.get()
    sent = phone.get(f"/support/{ticket.number}/messages/{file.pk}/file/view/")
    assert sent["Content-Type"] == "image/jpeg"


def test_several_files_come_with_one_message_and_each_is_judged(phone, merchant):
    said = {"category": "terminal", "text": "屏幕和电池"}
    phone.post("/support/new/", said | {"file": [photo("a.jpg"), photo("b.jpg")]})
    ticket = Ticket.objects.get()
    path = f"/support/{ticket.number}/"

    phone.post(path + "messages/", {"text": "", "file": [photo(f"{n}.jpg") for n in "cde"]})
    seen = page(phone, path)

    assert [name for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg") if name not in seen] == []
    assert seen.count('<p class="who">') == 2
    for each in ticket.messages.all():
        assert phone.get(f"{path}messages/{each.pk}/file/view/").status_code == 200
    assert OutboxMessage.objects.filter(kind="ticket_received", channel="inbox").count() == 1


def test_one_file_that_is_refused_refuses_the_message_and_leaves_nothing(phone, merchant):
    ticket, before = opened(merchant), StoredFile.objects.count()
    bad = SimpleUploadedFile("virus.exe", b"MZ" + b"0" * 100)

    answer = phone.post(f"/support/{ticket.number}/messages/", {"text": "看", "file": [photo("a.jpg"), bad]})

    assert "virus.exe" in str(answer.context["write"].errors["file"])
    assert ticket.messages.count() == 1
    assert StoredFile.objects.count() == before


def test_more_files_than_five_are_refused_in_words(phone, merchant):
    ticket = opened(merchant)

    answer = phone.post(f"/support/{ticket.number}/messages/", {"file": [photo() for _ in range(6)]})

    assert "5" in str(answer.context["write"].errors["file"])
    assert ticket.messages.count() == 1
    assert page(phone, f"/support/{ticket.number}/").count("multiple") >= 1


def test_a_ticket_from_a_self_check_brings_it_along_and_shows_none_of_its_evidence(phone, merchant):
    check = checked(merchant)
    path = f"/support/new/?check={check.number}"
    assert check.number in page(phone, path)

    phone.post(path, {"category": "terminal", "terminal": check.terminal_id, "text": "还是不行"})

    ticket = Ticket.objects.get()
    assert ticket.self_check == check
    seen = page(phone, f"/support/{ticket.number}/")
    assert check.number in seen
    assert "只给同事看" not in seen


def test_a_second_ticket_from_the_same_check_is_refused_at_its_place(phone, merchant):
    path = f"/support/new/?check={checked(merchant).number}"
    said = {"category": "other", "text": "还是不行"}
    phone.post(path, said)

    answer = phone.post(path, said | {"text": "再问一次"})

    assert answer.status_code == 200
    assert "再问一次" in answer.content.decode()
    assert Ticket.objects.count() == 1


def test_a_check_about_a_missing_transaction_leads_to_its_form(phone, merchant):
    check = checked(merchant, screen="missing_sale", outcome="O-33")

    answer = phone.get(f"/support/new/?check={check.number}")

    assert answer["Location"] == f"/support/missing-transaction/?check={check.number}"


def test_somebody_elses_check_is_not_taken_along(phone):
    check = checked(shop())

    assert phone.get(f"/support/new/?check={check.number}").context["check"] is None
    phone.post(f"/support/new/?check={check.number}", {"category": "other", "text": "x"})

    assert Ticket.objects.get().self_check is None


SALE = {"amount_fen": "３６８．００", "sold_at": "2026-09-11T14:30", "card_last4": "００４３"}


def test_a_missing_transaction_says_first_not_to_charge_again(phone):
    answer = phone.post("/support/missing-transaction/", SALE)

    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.sale.amount_fen, ticket.sale.card_last4) == (
        "missing_sale",
        36800,
        "0043",
    )
    for path in (answer["Location"], "/support/", "/support/missing-transaction/"):
        assert "查清前不要重复收款" in page(phone, path)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("card_last4", "6222021000000000009"),
        ("card_last4", "12a4"),
        ("card_last4", ""),
        ("amount_fen", "0"),
        ("amount_fen", "viel"),
        ("sold_at", "gestern"),
        ("sold_at", "9999-12-31T23:59"),
        ("sold_at", "1999-01-01T00:00"),
        ("batch_number", "12\x0034"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(phone, name, typed):
    answer = phone.post("/support/missing-transaction/", SALE | {"text": "请帮忙查"} | {name: typed})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [name]
    assert "请帮忙查" in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("query", ["?check=%00", "?check=ZC-", "?terminal=%00%ff", "?terminal=12345678", "?check=" + "Z" * 5000])  # fmt: skip
def test_a_hostile_address_is_a_plain_form(phone, query):
    for path in ("/support/new/", "/support/missing-transaction/"):
        page(phone, path + query)


def test_a_double_click_opens_one_ticket(phone):
    said = {"category": "other", "text": "两次点击", "idempotency_key": "k" * 32}

    first, second = phone.post("/support/new/", said), phone.post("/support/new/", said)

    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


def test_without_a_merchant_there_is_a_sentence_instead_of_a_form():
    phone = signed_in(MerchantUserFactory())

    assert "网点" in page(phone, "/support/new/")
    assert phone.post("/support/new/", {"category": "other", "text": "x"}).status_code == 200
    assert not Ticket.objects.exists()


def test_a_person_of_two_merchants_says_which(phone, merchant):
    other = shop()
    admit(owner_of(merchant), other, "operator", by=owner_of(other), now=clock.now())
    said = {"category": "other", "text": "问题"}
    assert list(phone.post("/support/new/", said).context["form"].errors) == ["merchant"]

    crossed = said | {"merchant": other.pk, "terminal": merchant.terminals.get().pk}
    assert list(phone.post("/support/new/", crossed).context["form"].errors) == ["terminal"]
    phone.post("/support/new/", said | {"merchant": other.pk})

    assert Ticket.objects.get().merchant == other


def test_the_merchant_answers_and_the_ticket_goes_on(phone, merchant):
    ticket = waiting(opened(merchant))
    assert "1 个工单等您答复" in page(phone, "/")

    phone.post(f"/support/{ticket.number}/messages/", {"text": "照片发了"})

    ticket.refresh_from_db()
    assert ticket.status == "in_hand"
    assert "照片发了" in page(phone, f"/support/{ticket.number}/")
    assert "个工单等您答复" not in page(phone, "/")


def test_an_empty_message_is_not_sent(phone, merchant):
    ticket = opened(merchant)

    answer = phone.post(f"/support/{ticket.number}/messages/", {"text": " "})

    assert list(answer.context["write"].errors) == ["text"]
    assert ticket.messages.count() == 1


def test_closed_it_is_rated_and_reopened(phone, merchant):
    ticket = closed(opened(merchant, now=clock.now()), now=clock.now())
    phone.post(f"/support/{ticket.number}/rating/", {"rating": "4", "words": "还行"})
    phone.post(f"/support/{ticket.number}/rating/", {"rating": "1"})

    phone.post(f"/support/{ticket.number}/reopening/", {"text": "又坏了"})

    ticket.refresh_from_db()
    assert (ticket.rating, ticket.rating_words, ticket.status) == (4, "还行", "open")


def test_a_merged_ticket_stays_readable_and_leads_to_the_other(phone, merchant):
    ticket = merged(opened(merchant, text="同一件事"))

    seen = page(phone, f"/support/{ticket.number}/")

    assert "同一件事" in seen
    assert f"/support/{ticket.merged_into.number}/" in seen
    assert ticket.number in page(phone, f"/support/{ticket.merged_into.number}/")


def test_no_note_and_no_colleagues_name_reaches_a_merchant(phone, merchant):
    """Every state, every page; and the note is there, or nothing could leak."""
    tickets = [taken(opened(merchant)), waiting(opened(merchant)), closed(opened(merchant))]
    for ticket in tickets:
        ticket.note(NOTE, by=ticket.assignee, now=clock.now())
        assert ticket.notes.get().text == NOTE

    seen = page(phone, "/") + page(phone, "/support/") + page(phone, "/messages/")
    for ticket in tickets:
        seen += page(phone, f"/support/{ticket.number}/")

    assert NOTE not in seen
    assert not [ticket for ticket in tickets if ticket.assignee.full_name in seen]


def test_a_terminals_page_leads_to_the_help_line(phone, merchant):
    terminal = merchant.terminals.get()

    seen = page(phone, f"/terminals/{terminal.number}/")

    assert f"/support/new/?terminal={terminal.number}" in seen
    form = phone.get(f"/support/new/?terminal={terminal.number}").context["form"]
    assert form.initial["terminal"] == terminal


def test_a_strangers_ticket_is_not_there(phone):
    ticket = opened(shop(), category="missing_sale", sale=sale())

    for path in ("", "messages/", "rating/", "reopening/"):
        method = phone.get if not path else phone.post
        assert method(f"/support/{ticket.number}/{path}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_every_length(phone, merchant, django_assert_max_num_queries, count):
    for _number in range(count):
        opened(merchant, terminal=merchant.terminals.get())
    phone.get("/support/")

    with django_assert_max_num_queries(9):
        phone.get("/support/")


def test_a_terminal_that_waits_for_its_code_has_the_way_to_the_help_line_too():
    terminal = provisioned()

    seen = page(signed_in(owner_of(terminal.merchant)), f"/terminals/{terminal.number}/")

    assert "/support/missing-transaction/" in seen
