"""The desks of estate and codes by their addresses: what each role sees, finds and may do."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import changes_of
from config.privacy.masking import mask_account
from terminals.admin import DeviceAdmin
from terminals.desk.steps import STEPS
from terminals.models import ActivationAttempt, Device, RegistrationCode, RiskCase
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import CARD, OTHER_PERSON, PERSON, onboarded
from tests.terminals.factories import (
    DeviceFactory,
    DeviceModelFactory,
    activated,
    code_of,
    digits_of,
    provisioned,
)

pytestmark = pytest.mark.django_db

MAY_SEE = {
    "device": {"account_manager", "reviewer", "supervisor", "risk", "settlement", "storekeeper", "field", "support", "auditor"},
    "terminal": {"account_manager", "reviewer", "supervisor", "risk", "settlement", "storekeeper", "field", "support", "auditor"},
    "binding": {"account_manager", "reviewer", "supervisor", "risk", "settlement", "support", "auditor"},
    "registrationcode": {"reviewer", "supervisor", "risk", "support", "auditor"},
    "riskcase": {"risk"},
    "activationattempt": {"risk", "auditor"},
    "responsecode": {"account_manager", "reviewer", "supervisor", "risk", "settlement", "field", "support", "auditor"},
    "devicemodel": {"account_manager", "reviewer", "supervisor", "risk", "settlement", "storekeeper", "support", "auditor"},
}  # fmt: skip
ROLES = sorted(set().union(*MAY_SEE.values()) | {"administrator"})
EVERYTHING = ["reviewer", "risk", "storekeeper"]


def list_url(name):
    return reverse(f"admin:terminals_{name}_changelist")


def page_url(name, pk):
    return reverse(f"admin:terminals_{name}_change", args=[pk])


def who_sees(name):
    return "risk" if name in ("riskcase", "activationattempt") else "reviewer"


@pytest.fixture
def at_desk(client):
    """`at_desk(role)` signs somebody of the head office in, above every branch of the test."""
    head = BranchFactory(code="HEAD")

    def sign_in(role="reviewer", branch=head):
        client.head, client.person = head, StaffFactory(role=role, branch=branch)
        client.force_login(client.person)
        return client

    return sign_in


def one_of(name, branch):
    """A row of the list in this branch."""
    match name:
        case "device":
            return DeviceFactory(branch=branch)
        case "terminal":
            return provisioned(merchant=onboarded(branch=branch))
        case "binding":
            return provisioned(merchant=onboarded(branch=branch)).binding
        case "registrationcode":
            return code_of(provisioned(merchant=onboarded(branch=branch)))
        case "riskcase":
            return RiskCase.objects.create(
                kind="code_locked",
                serial_number=DeviceFactory(branch=branch).serial_number,
                branch=branch,
                opened_at=clock.now(),
            )
        case "activationattempt":
            serial = DeviceFactory(branch=branch).serial_number
            return ActivationAttempt.objects.create(
                at=clock.now(), serial_number=serial, outcome="code_unknown", ip="192.0.2.9"
            )


OF_A_BRANCH = ["device", "terminal", "binding", "registrationcode", "riskcase", "activationattempt"]


# -- lists ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", MAY_SEE)
def test_a_list_is_open_to_those_who_work_on_it(at_desk, name, role):
    status = at_desk(role).get(list_url(name)).status_code

    assert status == (200 if role in MAY_SEE[name] else 403)


@pytest.mark.parametrize("name", OF_A_BRANCH)
def test_a_list_and_its_pages_end_at_the_persons_branch(at_desk, name):
    desk = at_desk(who_sees(name), branch=BranchFactory(parent=BranchFactory()))
    mine, other = one_of(name, desk.person.branch), one_of(name, BranchFactory())

    page = desk.get(list_url(name)).content.decode()

    assert page_url(name, mine.pk) in page
    assert page_url(name, other.pk) not in page
    assert desk.get(page_url(name, mine.pk)).status_code == 200
    assert desk.get(page_url(name, other.pk)).status_code == 404
    assert desk.get(reverse(f"admin:terminals_{name}_history", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("device", 6),
        ("terminal", 6),
        ("binding", 6),
        ("registrationcode", 5),
        ("riskcase", 5),
        ("activationattempt", 4),
    ],
)
def test_a_list_asks_the_same_number_of_queries(at_desk, name, queries, rows, django_assert_num_queries):
    desk = at_desk(who_sees(name))
    for _ in range(rows):
        one_of(name, BranchFactory(parent=desk.head))
    desk.get(list_url(name))

    with django_assert_num_queries(queries):
        page = desk.get(list_url(name))
    assert len(page.context_data["cl"].result_list) == rows


@pytest.mark.parametrize("name", MAY_SEE)
@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense&kind=nonsense&state=x&action_class=Z&q=%01",
        "branch=99999999999999999999&q=%01",
        "q=" + "a" * 5000,
        "q=%F0%9F%98%80" * 60,
    ],
)
def test_a_filter_that_is_not_known_shows_nothing_and_says_so(at_desk, name, query):
    response = at_desk(who_sees(name)).get(f"{list_url(name)}?{query}")

    assert response.status_code == 200
    if response.context_data["cl"].filters.form.errors:
        assert response.context_data["cl"].problem
        assert not response.context_data["cl"].result_list


@pytest.mark.parametrize("name", MAY_SEE)
@pytest.mark.parametrize(
    "query",
    [
        "at=a~1~2~3",
        "at=zzz",
        "at=a~99999999999999999999",
        "p=10000000000000000000&o=9.9&e=1&all=",
        "_facets=1&pk__in=1",
    ],
)
def test_an_odd_address_shows_the_list_from_its_start(at_desk, name, query):
    assert at_desk(who_sees(name)).get(f"{list_url(name)}?{query}").status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "'",
        "\\",
        "1.2.3",
        "::1",
        "192.0.2.9",
        "SQ-20260911-003824",
        "9" * 100,
        "ＱＱ",
        "<b>",
        "HZ-x",
    ],
)
@pytest.mark.parametrize("name", MAY_SEE)
def test_whatever_is_searched_is_answered(at_desk, name, text):
    response = at_desk(who_sees(name)).get(list_url(name), {"q": text})

    assert response.status_code == 200
    assert "<b>" not in response.content.decode().partition('id="searchbar"')[2][:60]


@pytest.mark.parametrize("pk", ["0", "9" * 30, "abc", "%00", "-1", "1/2"])
@pytest.mark.parametrize("name", MAY_SEE)
def test_a_page_that_is_nowhere_is_not_found(at_desk, name, pk):
    response = at_desk(who_sees(name)).get(f"/admin/terminals/{name}/{pk}/change/")

    assert response.status_code in (400, 404)


def test_pages_of_a_list_follow_each_other_without_a_gap(at_desk, monkeypatch):
    monkeypatch.setattr(DeviceAdmin, "list_per_page", 2)
    desk = at_desk("storekeeper")
    devices = {DeviceFactory(branch=desk.head).pk for _ in range(5)}

    seen, url = [], list_url("device")
    for _ in range(3):
        changes = desk.get(url).context_data["cl"]
        seen += [row.pk for row in changes.result_list]
        url = list_url("device") + changes.next_url

    assert len(seen) == 5
    assert set(seen) == devices


@pytest.mark.parametrize("find", ["serial", "terminal", "merchant", "uscc", "application", "width"])
@pytest.mark.parametrize("name", ["device", "terminal", "binding", "registrationcode"])
def test_a_row_is_found_by_each_of_its_marks(at_desk, name, find):
    desk = at_desk()
    wanted = provisioned(merchant=onboarded(branch=desk.head), application_number="SQ-20260101-000001")
    provisioned(merchant=onboarded(branch=desk.head))
    binding, code = wanted.binding, code_of(wanted)
    mine = {"device": binding.device, "terminal": wanted, "binding": binding, "registrationcode": code}[name]
    text = {
        "serial": binding.serial_number.lower(),
        "terminal": wanted.number,
        "merchant": wanted.merchant.number,
        "uscc": wanted.merchant.uscc,
        "application": "sq-20260101-000001",
        "width": binding.serial_number.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    }[find]
    if (name, find) in {("device", "application"), ("registrationcode", "uscc")}:
        return

    found = desk.get(list_url(name), {"q": text}).context_data["cl"].result_list

    assert [row.pk for row in found] == [mine.pk]


def test_a_code_is_found_by_its_slip_and_a_terminal_by_a_part_of_a_name(at_desk):
    desk = at_desk()
    terminal = provisioned(merchant=onboarded(branch=desk.head, trading_name="青禾文具"), label="二楼")
    code = code_of(terminal)

    for name, text, row in [
        ("registrationcode", code.slip_number.lower(), code),
        ("terminal", "禾文", terminal),
        ("terminal", "二楼", terminal),
    ]:
        found = desk.get(list_url(name), {"q": text}).context_data["cl"].result_list
        assert [other.pk for other in found] == [row.pk]


def test_facets_narrow_the_list_and_keep_each_other(at_desk):
    desk = at_desk("storekeeper")
    branch = BranchFactory(parent=desk.head)
    wanted = DeviceFactory(branch=branch)
    DeviceFactory(branch=desk.head)

    response = desk.get(list_url("device"), {"branch": branch.pk, "status": "in_stock"})

    assert [row.pk for row in response.context_data["cl"].result_list] == [wanted.pk]
    assert f"?branch={branch.pk}&amp;status=lost" in response.content.decode()


def test_the_head_office_alone_sees_attempts_on_numbers_that_nobody_has(at_desk):
    ActivationAttempt.objects.create(at=clock.now(), serial_number="NOBODYS1", outcome="code_unknown")

    assert "NOBODYS1" in at_desk("risk").get(list_url("activationattempt")).content.decode()
    below = BranchFactory(parent=BranchFactory())
    assert "NOBODYS1" not in at_desk("risk", below).get(list_url("activationattempt")).content.decode()


# -- what must not be on any page -------------------------------------------------------------------------------------


def test_no_page_holds_a_number_of_a_person_or_an_account_or_a_digit_of_a_code(at_desk):
    desk = at_desk("reviewer")
    merchant = onboarded("micro", branch=desk.head, responsible_id_number=OTHER_PERSON)
    terminal = provisioned(merchant=merchant)
    digits, code = digits_of(terminal), code_of(terminal)
    pages = [
        *(list_url(name) for name in ("device", "terminal", "binding", "registrationcode")),
        page_url("terminal", terminal.pk),
        page_url("device", terminal.binding.device_id),
        page_url("binding", terminal.binding.pk),
        page_url("registrationcode", code.pk),
    ]

    held = "".join(desk.get(page).content.decode() for page in pages)

    assert "1****************X" in held
    for canary in (
        OTHER_PERSON,
        PERSON,
        CARD,
        "13800138000",
        digits,
        digits[:4] + " " + digits[4:8],
        code.receipt_token,
    ):
        assert canary not in held
    assert code.digest not in held


@pytest.mark.parametrize("role", EVERYTHING)
def test_reading_the_desks_writes_nothing(at_desk, role, nothing_is_written):
    desk = at_desk(role)
    terminal, _done = activated(merchant=onboarded(branch=desk.head))
    pages = [
        reverse("admin:index"),
        reverse("admin:app_list", args=["terminals"]),
        *(list_url(name) for name in MAY_SEE if role in MAY_SEE[name]),
        page_url("terminal", terminal.pk),
        page_url("device", terminal.binding.device_id),
    ]

    with nothing_is_written():
        assert {desk.get(page).status_code for page in pages} == {200}


# -- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("terminal", 12), ("device", 7)])
def test_a_page_asks_the_same_number_of_queries(at_desk, name, queries, rows, django_assert_num_queries):
    desk = at_desk("reviewer")
    terminal = provisioned(merchant=onboarded(branch=desk.head))
    for _ in range(rows - 1):
        desk.post(replacement(terminal), {"new-reason": "回执丢失"})
    url = page_url(name, terminal.pk if name == "terminal" else terminal.binding.device_id)
    desk.get(url)

    with django_assert_num_queries(queries):
        desk.get(url)


def test_the_storekeeper_sees_a_terminal_without_its_codes_and_elements(at_desk):
    desk = at_desk("storekeeper")
    terminal = provisioned(merchant=onboarded(branch=desk.head))

    page = desk.get(page_url("terminal", terminal.pk)).content.decode()

    assert terminal.binding.serial_number in page
    assert code_of(terminal).slip_number not in page
    assert mask_account(CARD) not in page


@pytest.mark.parametrize("name", OF_A_BRANCH)
def test_nothing_of_a_desk_is_added_changed_or_deleted_by_a_form(at_desk, name):
    desk = at_desk(who_sees(name))
    row = one_of(name, desk.head)
    type(desk.person).objects.filter(pk=desk.person.pk).update(is_superuser=True)

    assert desk.get(reverse(f"admin:terminals_{name}_add")).status_code == 403
    assert desk.post(page_url(name, row.pk), {"status": "lost"}).status_code == 405
    assert (
        desk.post(reverse(f"admin:terminals_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code
        == 403
    )
    assert type(row).objects.filter(pk=row.pk).exists()


# -- steps on codes -------------------------------------------------------------------------------------------------


def replacement(terminal):
    return reverse("admin:terminals_terminal_code_replacement", args=[terminal.pk])


def revocation(terminal, code=None):
    code = code or code_of(terminal)
    return reverse("admin:terminals_terminal_code_revocation", args=[terminal.pk, code.pk])


def test_a_reviewer_has_a_new_code_made_and_the_reason_is_on_record(at_desk):
    desk = at_desk("reviewer")
    terminal = provisioned(merchant=onboarded(branch=desk.head))
    old = code_of(terminal)

    response = desk.post(replacement(terminal), {"new-reason": "商户说回执丢失"}, follow=True)

    old.refresh_from_db()
    new = code_of(terminal)
    assert (old.status, new.status) == ("revoked", "issued")
    assert changes_of(old).first().note == "商户说回执丢失"
    assert AuditEvent.objects.of(new).get(action="code_reissued").detail == {"reason": "商户说回执丢失"}
    page = response.content.decode()
    assert new.slip_number in page
    assert "商户说回执丢失" in page
    assert digits_of(terminal) not in page


def test_a_code_is_taken_back_with_a_reason(at_desk):
    desk = at_desk("risk")
    terminal = provisioned(merchant=onboarded(branch=desk.head))

    response = desk.post(revocation(terminal), {"back-reason": "可疑"})

    assert response.status_code == 302
    assert code_of(terminal).status == "revoked"
    assert changes_of(code_of(terminal)).first().note == "可疑"


@pytest.mark.parametrize(
    ("role", "reissues", "revokes"),
    [
        ("reviewer", 302, 302),
        ("supervisor", 302, 302),
        ("risk", 403, 302),
        ("support", 403, 403),
        ("auditor", 403, 403),
        ("storekeeper", 403, 403),
        ("administrator", 403, 403),
    ],
)
def test_who_may_act_on_codes(at_desk, role, reissues, revokes):
    desk = at_desk(role)
    first, second = (provisioned(merchant=onboarded(branch=desk.head)) for _ in range(2))

    assert desk.post(replacement(first), {"new-reason": "x"}).status_code == reissues
    assert desk.post(revocation(second), {"back-reason": "x"}).status_code == revokes
    assert RegistrationCode.objects.filter(terminal=first).count() == (2 if reissues == 302 else 1)


def test_codes_of_another_branch_are_not_found(at_desk):
    terminal, other = provisioned(), provisioned()
    desk = at_desk("reviewer", terminal.branch)

    assert desk.post(replacement(other), {"new-reason": "x"}).status_code == 404
    assert desk.post(revocation(other), {"back-reason": "x"}).status_code == 404
    assert desk.post(revocation(terminal, code_of(other)), {"back-reason": "x"}).status_code == 404
    assert set(RegistrationCode.objects.values_list("status", flat=True)) == {"issued"}


def test_the_limit_of_a_day_is_told_on_the_page(at_desk):
    desk = at_desk("reviewer")
    terminal = provisioned(merchant=onboarded(branch=desk.head))
    answers = [desk.post(replacement(terminal), {"new-reason": f"第 {n} 次"}) for n in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [409]
    page = answers[-1].content.decode()
    assert 'role="alert"' in page
    assert "第 5 次" in page
    assert terminal.codes.count() == 6


@pytest.mark.parametrize("url", [replacement, revocation])
def test_a_step_on_a_code_needs_its_reason_and_a_post(at_desk, url):
    desk = at_desk("reviewer")
    terminal = provisioned(merchant=onboarded(branch=desk.head))

    response = desk.post(url(terminal), {"new-reason": " ", "back-reason": ""})

    assert response.status_code == 200
    assert response.content.decode().count("<title>错误") == 1
    assert desk.get(url(terminal)).status_code == 405
    assert terminal.codes.get().status == "issued"


def test_a_used_code_is_neither_replaced_nor_taken_back(at_desk):
    desk = at_desk("reviewer")
    terminal, _done = activated(merchant=onboarded(branch=desk.head))

    answers = [
        desk.post(replacement(terminal), {"new-reason": "x"}),
        desk.post(revocation(terminal), {"back-reason": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert terminal.codes.get().status == "used"


def test_the_same_step_sent_twice_makes_one_code(at_desk):
    desk = at_desk("reviewer")
    terminal = provisioned(merchant=onboarded(branch=desk.head))
    said = {"new-reason": "x", "idempotency_key": "k" * 20}

    answers = [desk.post(replacement(terminal), said) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert terminal.codes.count() == 2


# -- steps of a device ------------------------------------------------------------------------------------------------


def step_url(device, noun):
    return reverse(f"admin:terminals_device_{noun}", args=[device.pk])


WAYS = {
    "in_stock": [],
    "allocated": ["allocate"],
    "issued": ["allocate", "hand_out"],
    "installed": ["allocate", "install"],
    "returning": ["allocate", "hand_out", "call_back"],
    "returned": ["allocate", "hand_out", "call_back", "take_back"],
    "repair": ["send_to_repair"],
    "scrapped": ["scrap"],
    "lost": ["report_lost"],
}


def device_at(state, branch):
    device, by = DeviceFactory(branch=branch), StaffFactory(branch=branch)
    for verb in WAYS[state]:
        said = {"note": "x"} if verb in ("scrap", "report_lost") else {}
        getattr(device, verb)(by=by, now=clock.now(), **said)
    return device


@pytest.mark.parametrize("noun", STEPS)
@pytest.mark.parametrize("state", WAYS)
def test_a_crafted_post_moves_a_device_only_along_its_arrows(at_desk, state, noun):
    desk = at_desk("storekeeper")
    device = device_at(state, desk.head)

    response = desk.post(step_url(device, noun), {"note": "盘点"})

    device.refresh_from_db()
    target = STEPS[noun].target
    if target in Device.NEXT[state]:
        assert (response.status_code, device.status) == (302, target)
    else:
        assert (response.status_code, device.status) == (409, state)


def test_a_device_that_is_tied_to_a_terminal_does_not_go_back_into_the_stock(at_desk):
    desk = at_desk("storekeeper")
    device = provisioned(merchant=onboarded(branch=desk.head)).binding.device

    page = desk.get(page_url("device", device.pk)).content.decode()
    response = desk.post(step_url(device, "restocking"), {"note": ""})

    assert "这台机具绑定着终端" in page
    assert response.status_code == 409
    assert "这台机具绑定着终端" in response.content.decode()


@pytest.mark.parametrize("noun", ["scrapping", "loss"])
def test_what_leaves_the_estate_needs_a_word(at_desk, noun):
    desk = at_desk("storekeeper")
    device = DeviceFactory(branch=desk.head)

    response = desk.post(step_url(device, noun), {"note": ""})

    assert response.status_code == 200
    assert "<title>错误" in response.content.decode()
    device.refresh_from_db()
    assert device.status == "in_stock"


@pytest.mark.parametrize("role", ["reviewer", "auditor", "field", "administrator"])
def test_only_the_storekeeper_moves_devices(at_desk, role):
    desk = at_desk(role)
    device = DeviceFactory(branch=desk.head)

    assert desk.post(step_url(device, "repair"), {"note": ""}).status_code == 403
    other = DeviceFactory()
    assert at_desk("storekeeper").post(step_url(other, "repair"), {}).status_code == 404
    assert desk.get(step_url(device, "repair")).status_code == 405


# -- a list of new devices --------------------------------------------------------------------------------------------

IMPORT = "admin:terminals_device_import"
GOOD = "序列号,型号\nP2A000000901,P2\nP2A000000902,P2\n"


@pytest.fixture
def store(at_desk):
    DeviceModelFactory(vendor="示例", name="P2")
    return at_desk("storekeeper")


def send(store, content=None, *, name="devices.csv", **said):
    data = {"branch": store.head.pk, "text": "", **said}
    if content is not None:
        data["file"] = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return store.post(reverse(IMPORT), data)


@pytest.mark.parametrize(
    "content",
    [GOOD, GOOD.encode("gbk"), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()],
)
def test_a_good_list_is_in_the_stock_and_says_how_many(store, content):
    response = send(store, content)

    assert response.status_code == 302
    assert Device.objects.filter(branch=store.head, status="in_stock").count() == 2
    assert "2" in str(next(iter(store.get(list_url("device")).context["messages"])))


def test_a_list_may_be_pasted(store):
    assert send(store, text=GOOD.replace(",", "\t")).status_code == 302
    assert Device.objects.count() == 2


def test_a_list_is_looked_through_before_it_is_taken(store):
    looked = send(store, GOOD, go="look")

    assert looked.status_code == 200
    assert looked.context_data["looked"].count == 2
    assert "P2A000000902" in looked.content.decode()
    assert not Device.objects.exists()
    assert send(store, text=looked.context_data["form"]["text"].value(), go="import").status_code == 302
    assert Device.objects.count() == 2


def test_wrong_lines_come_back_with_their_reasons_and_the_text(store):
    response = send(store, GOOD + "12,P2\n=cmd(),P2\n")

    page = response.content.decode()
    assert response.status_code == 200
    assert [problem["line"] for problem in response.context_data["problems"]] == [4, 5]
    assert "<title>错误" in page
    assert 'role="alert"' in page
    assert "P2A000000901,P2" in page
    assert not Device.objects.exists()

    mended = send(store, text=GOOD)
    assert mended.status_code == 302


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\x00\x01\x02", "devices.csv"),
        (b"PK\x03\x04" + b"\x00" * 100, "devices.xlsx"),
        (b"%PDF-1.7\n1 0 obj", "devices.pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "devices.png"),
        (GOOD.encode("utf-16"), "devices.csv"),
        (b"x" * 2_000_001, "large.csv"),
        (b"x" * (10 * 1024 * 1024 + 1), "huge.csv"),
        (b"a" * 200_000, "one-line.csv"),
    ],
)
def test_a_file_that_is_no_list_is_told_so(store, content, name):
    response = send(store, content, name=name)

    assert response.status_code == 200
    assert "<title>错误" in response.content.decode()
    assert not Device.objects.exists()


def test_nothing_sent_is_told_so_and_a_foreign_branch_is_not_offered(store):
    assert "<title>错误" in send(store).content.decode()
    below, other = BranchFactory(parent=store.head), BranchFactory()

    assert send(store, GOOD, branch=other.pk).status_code == 200
    assert send(store, GOOD, branch="1" * 30).status_code == 200
    assert not Device.objects.exists()
    assert send(store, GOOD, branch=below.pk).status_code == 302
    assert set(Device.objects.values_list("branch", flat=True)) == {below.pk}


def test_the_same_list_sent_twice_is_taken_once(store):
    answers = [send(store, GOOD, idempotency_key="k" * 20) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Device.objects.count() == 2


def test_the_example_opens_in_a_spreadsheet_and_is_not_imported_by_mistake(store):
    response = store.get(reverse("admin:terminals_device_import_example"))

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    again = send(store, response.content)
    assert again.status_code == 200
    assert [problem["line"] for problem in again.context_data["problems"]] == [2]


@pytest.mark.parametrize("role", ["reviewer", "field", "auditor", "administrator"])
def test_only_the_storekeeper_imports(at_desk, role):
    desk = at_desk(role)

    assert desk.get(reverse(IMPORT)).status_code == 403
    assert desk.post(reverse(IMPORT), {"file": io.BytesIO(GOOD.encode())}).status_code == 403
    assert desk.get(reverse("admin:terminals_device_import_example")).status_code == 403


# -- models ---------------------------------------------------------------------------------------------------------


def model_form(**changed):
    return {
        "vendor": "示例",
        "name": "P9",
        "device_type": "04",
        "network_licence": "P3100",
        "is_offered": "on",
        "deposit_fen": "300.00",
        "kit-TOTAL_FORMS": "0",
        "kit-INITIAL_FORMS": "0",
    } | changed


def test_the_storekeeper_adds_and_changes_models(at_desk):
    desk = at_desk("storekeeper")

    added = desk.post(reverse("admin:terminals_devicemodel_add"), model_form())
    model = DeviceModelFactory._meta.model.objects.get(name="P9")
    changed = desk.post(page_url("devicemodel", model.pk), model_form(deposit_fen="¥1,200"))

    assert (added.status_code, changed.status_code) == (302, 302)
    model.refresh_from_db()
    assert model.deposit_fen == 120_000
    actions = AuditEvent.objects.of(model).values_list("action", flat=True)
    assert set(actions) == {"device_model_added", "device_model_changed"}


@pytest.mark.parametrize(
    "changed", [{"name": "\0"}, {"name": "x" * 5000}, {"deposit_fen": "-1"}, {"device_type": "99"}]
)
def test_a_model_that_does_not_fit_comes_back(at_desk, changed):
    response = at_desk("storekeeper").post(reverse("admin:terminals_devicemodel_add"), model_form(**changed))

    assert response.status_code == 200
    assert response.context_data["errors"]


def test_others_look_at_models_and_nobody_deletes_one(at_desk):
    model = DeviceModelFactory()

    assert at_desk("reviewer").get(page_url("devicemodel", model.pk)).status_code == 200
    assert at_desk("reviewer").post(page_url("devicemodel", model.pk), model_form()).status_code == 405
    assert at_desk("reviewer").get(reverse("admin:terminals_devicemodel_add")).status_code == 403
    assert (
        at_desk("storekeeper")
        .post(reverse("admin:terminals_devicemodel_delete", args=[model.pk]))
        .status_code
        == 403
    )


# -- the first page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_leads_everybody_to_what_they_may_do(at_desk, role):
    page = at_desk(role).get(reverse("admin:index")).content.decode()

    for name, roles in MAY_SEE.items():
        assert (list_url(name) in page) == (role in roles)
    assert (reverse(IMPORT) in page) == (role == "storekeeper")


def test_every_way_in_of_the_first_page_is_open(at_desk):
    for role in ROLES:
        desk = at_desk(role)
        page = desk.get(reverse("admin:index")).content.decode()
        ways = [part.partition('"')[0] for part in page.split('class="tile" href="')[1:]]
        assert ways, role
        assert {(way, desk.get(way).status_code) for way in ways} == {(way, 200) for way in ways}
