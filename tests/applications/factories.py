"""Applications as they come to be: a factory builds the draft, every later state is reached through the verbs."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from stdnum.cn.uscc import calc_check_digit

from applications.corrections import confirm, corrections_of
from applications.filing import start_registration
from applications.models import ConsentText, Document, Placement, ReasonCode, Registration, Verdict
from applications.models.paper import papers_for
from applications.verdicts import all_in_order
from config.accounts.models import User
from config.files.models import StoredFile
from config.kernel import clock
from config.privacy.identity_documents import IdType
from merchants.particulars import AccountParticulars, MerchantType
from terminals.models import Device
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.terminals.factories import DeviceFactory

# Made up, with right check digits.
PERSON = "310101198002291237"
CARD = "6222021000000000009"


serial_of_uscc = count(1)


def fresh_uscc() -> str:
    """The credit code of a sole trader in Pudong that nobody had before."""
    body = f"92310115MA1K{next(serial_of_uscc):05d}"
    return body + calc_check_digit(body)


def particulars(merchant_type: str = MerchantType.SOLE_TRADER, **changed) -> dict:
    """A complete and consistent answer to everything the form asks."""
    is_corporate = merchant_type not in (MerchantType.SOLE_TRADER, MerchantType.MICRO)
    is_micro = merchant_type == MerchantType.MICRO
    answers = {
        "merchant_type": merchant_type,
        "registered_name": "商户_王小明" if is_micro else "晴川便利店",
        "trading_name": "晴川便利店",
        "uscc": "" if is_micro else fresh_uscc(),
        "licence_from": None if is_micro else date(2020, 1, 6),
        "licence_is_long_term": not is_micro,
        "business_scope": "" if is_micro else "食品零售",
        "category_id": "5411",
        "registered_division_id": "310115",
        "registered_address": "示范路 18 号",
        "business_division_id": "310115",
        "business_address": "示范路 18 号",
        "responsible_name": "王小明",
        "responsible_id_type": IdType.RESIDENT_ID,
        "responsible_id_number": PERSON,
        "responsible_id_from": date(2019, 5, 8),
        "responsible_id_to": date(2039, 5, 8),
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "account_kind": AccountParticulars.Kind.CORPORATE
        if is_corporate
        else AccountParticulars.Kind.PERSONAL,
        "account_holder": "晴川便利店" if is_corporate else "王小明",
        "account_number": "31001512345678901234" if is_corporate else CARD,
        "account_bank": "示例银行示范路支行",
        "account_cnaps": "102290000012" if is_corporate else "",
    }
    if merchant_type == MerchantType.ENTERPRISE:
        answers["controller_name"] = "王小明"
        answers["beneficial_owners"] = [
            {
                "name": "王小明",
                "id_type": IdType.RESIDENT_ID,
                "id_number": PERSON,
                "valid_to": "2039-05-08",
                "share_percent": "60",
            }
        ]
    return answers | changed


def photo(name: str = "photo.jpg", *, colour: str = "white") -> SimpleUploadedFile:
    """A good photograph, different for every colour and name."""
    picture = Image.new("RGB", (900, 700), colour)
    picture.putpixel((0, 0), (len(name) % 256, hash(name) % 256, 7))
    content = BytesIO()
    picture.save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="image/jpeg")


def stored_photo(*, by, now) -> StoredFile:
    """The row of a photograph, without its blobs: judging a picture takes longer than most tests."""
    name = secrets.token_urlsafe(32)
    return StoredFile.objects.create(
        display_name="photo.jpg",
        kind=StoredFile.Kind.IMAGE,
        media_type=StoredFile.MediaType.JPEG,
        size=1000,
        sha256=sha256(name.encode()).hexdigest(),
        width=900,
        height=700,
        original_blob=f"{name}.original",
        view_blob=f"{name}.view",
        view_sha256="0" * 64,
        thumbnail_blob=f"{name}.thumbnail",
        thumbnail_sha256="0" * 64,
        uploaded_by=by,
        uploaded_at=now,
    )


class RegistrationFactory(factory.Factory):
    """`filled=False` leaves an empty draft. `state` names how far the verbs take it; the default is a complete draft."""

    class Meta:
        model = Registration

    applicant = factory.SubFactory(MerchantUserFactory)
    branch = factory.SubFactory(BranchFactory)
    filled = True
    terminals = 1
    state = "draft"
    answers = factory.LazyFunction(particulars)

    @classmethod
    def _create(cls, model_class, *args, applicant, branch, filled, terminals, state, answers, **kwargs):
        now = kwargs.pop("now", None) or clock.now()
        filed_by = kwargs.pop("filed_by", None) or applicant
        registration = start_registration(applicant=applicant, by=filed_by, now=now, **kwargs)
        if filled:
            fill(registration, branch=branch, answers=answers, terminals=terminals, by=filed_by, now=now)
        STATES[state](registration, by=filed_by, now=now)
        return registration


def fill(registration, *, branch, answers, terminals, by, now) -> None:
    """Everything that submission asks: particulars, placements and papers."""
    with registration.revising(by=by, now=now):
        # A customer's particulars are the bank's own record.
        if registration.merchant_id is None:
            registration.branch = branch
            for name, value in answers.items():
                setattr(registration, name, value)
    for position in range(1, terminals + 1):
        device = DeviceFactory(branch=branch)
        Placement.objects.create(
            registration=registration,
            position=position,
            label=f"收银台 {position} 号",
            serial_number=device.serial_number,
            device_model=device.model,
            ownership=Device.Ownership.BANK,
            division_id="310115",
            address="示范路 18 号",
            services=["sale", "void", "refund"],
        )
    for need in papers_for(registration):
        if need.is_required:
            document = Document(
                paper=need.paper, added_by=by, added_at=now, stored_file=stored_photo(by=by, now=now)
            )
            registration.documents.add(document, bulk=False)


def consent() -> ConsentText:
    return ConsentText.objects.latest("effective_on")


def fault(reason: str, text: str = "") -> Verdict:
    """A verdict that something is not in order, for a reason of the catalogue."""
    return Verdict(is_ok=False, reason=ReasonCode.objects.get(pk=reason), public_text=text)


def _submit(registration, *, by, now):
    registration.submit(by=by, now=now, consent=consent())


def mend(registration, *, by=None, now=None) -> None:
    """Whatever was given back is seen to: papers replaced, answers confirmed as they are."""
    by, now = by or registration.applicant, now or clock.now()
    for each in corrections_of(registration):
        if each.may_be_confirmed:
            confirm(registration, each.item, by=by, now=now)
        elif each.paper:
            with registration.revising(by=by, now=now):
                registration.documents.current().filter(paper=each.paper).update(removed_at=now)
                registration.documents.create(
                    paper=each.paper, added_by=by, added_at=now, stored_file=stored_photo(by=by, now=now)
                )


def decider(registration) -> object:
    """Who may decide: whoever holds the case, else a reviewer who had no hand in it."""
    return registration.assignee or reviewer_for(registration)


def _review(registration, *, by, now):
    _submit(registration, by=by, now=now)
    registration.claim(by=reviewer_for(registration), now=now)


def _return(registration, *, by, now):
    _review(registration, by=by, now=now)
    registration.return_for_correction(
        by=registration.assignee,
        now=now,
        version=registration.version,
        verdicts=all_in_order(registration) | {"paper:licence": fault("glare")},
        public_text="照片反光，请换个角度重新拍摄。",
    )


def _approve(registration, *, by, now):
    _review(registration, by=by, now=now)
    registration.approve(
        by=registration.assignee,
        now=now,
        version=registration.version,
        verdicts=all_in_order(registration),
        account_verified=True,
    )


def _reject(registration, *, by, now):
    _review(registration, by=by, now=now)
    registration.reject(
        by=registration.assignee,
        now=now,
        version=registration.version,
        reason=ReasonCode.objects.get(pk="not_eligible"),
    )


def _withdraw(registration, *, by, now):
    registration.withdraw(by=by, now=now)


def _lapse(registration, *, by, now):
    _return(registration, by=by, now=now)
    after = registration.correction_due_at + timedelta(minutes=1)
    registration.lapse(by=User.objects.system("cron"), now=after)


STATES = {
    "draft": lambda registration, *, by, now: None,
    "submitted": _submit,
    "under_review": _review,
    "returned": _return,
    "approved": _approve,
    "rejected": _reject,
    "withdrawn": _withdraw,
    "lapsed": _lapse,
}


def reviewer_for(registration) -> object:
    """A reviewer of the registration's branch who had no hand in it."""
    return StaffFactory(role="reviewer", branch=registration.branch)
