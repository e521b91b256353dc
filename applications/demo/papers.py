"""The sample of each paper, drawn from what the application says, so that papers and data agree where a story wants it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.demo import cards, shops
from applications.demo.drawing import Sheet
from applications.models import Registration
from applications.models.paper import Paper
from config.kernel.templatetags.formats import day
from merchants.particulars import AccountParticulars, Particulars


def sample(paper: str, registration: Any, *, glare: bool = False) -> SimpleUploadedFile:
    """The file as the merchant's phone would send it; the lease as a scanned PDF. Of a customer's stop the merchant is drawn."""
    sheet = _sheet(paper, registration, glare=glare)
    if paper == Paper.PREMISES_PROOF:
        return sheet.scan("租赁合同")
    return sheet.photograph(f"IMG_{2200 + list(Paper).index(Paper(paper))}")


def _sheet(paper: str, one: Registration, *, glare: bool) -> Sheet:
    if paper == Paper.ID_BACK:
        return cards.identity_back(one.responsible_id_from, one.responsible_id_to, glare=glare)
    return DRAWN[Paper(paper)](one)


def _licence_rows(one: Registration) -> list[tuple[str, str]]:
    until = "长期" if one.licence_is_long_term else day(one.licence_to)
    return [
        ("信用代码", one.uscc),
        ("名称", one.registered_name),
        ("负责人", one.responsible_name),
        ("住所", _registered_at(one)),
        ("经营范围", one.business_scope),
        ("期限", f"{day(one.licence_from)} ~ {until}"),
    ]


def _registered_at(one: Registration) -> str:
    return f"{one.registered_division or ''}{one.registered_address}"


def _permit_rows(one: Registration) -> list[tuple[str, str]]:
    return [
        ("经营者", one.registered_name),
        ("许可项目", one.category.name_zh if one.category else ""),
        ("经营场所", one.business_address),
        ("负责人", one.responsible_name),
    ]


def _account_proof(one: Registration) -> Sheet:
    if one.account_kind == AccountParticulars.Kind.PERSONAL:
        return cards.bank_card(one.account_holder, one.account_number)
    rows = [
        ("户名", one.account_holder),
        ("账号", one.account_number),
        ("开户行", one.account_bank),
        ("行号", one.account_cnaps),
    ]
    return cards.certificate(rows)


def _authorisation(one: Registration) -> Sheet:
    body = f"兹委托 {one.agent_name} 代为办理 {one.registered_name} 的收单终端登记，有效期一年。"
    return cards.letter("授权委托书", body, signed=one.responsible_name, seal="委托单位")


def _lease(one: Registration) -> Sheet:
    body = f"出租方将 {one.business_address} 的房屋出租给 {one.registered_name} 用于经营，租期三年，租金按月支付。"
    return cards.letter("房屋租赁合同（签章页）", body, signed=one.responsible_name, seal="出租方")


def _stop_form(one: Particulars) -> Sheet:
    body = f"{one.registered_name} 申请停用所列收单终端，账务已结清，随机物品将全部交回银行。"
    return cards.letter("终端停用申请表", body, signed=one.responsible_name, seal="申请单位")


def _order(one: Particulars) -> Sheet:
    body = f"请贵行依法协助，立即停用 {one.registered_name} 名下所列收单终端，并保存有关交易记录。"
    return cards.letter("协助执行通知书", body, signed="承办人", seal="有权机关")


DRAWN: dict[Paper, Callable[[Any], Sheet]] = {
    Paper.ID_FRONT: lambda one: cards.identity_front(
        one.responsible_name, one.responsible_id_number, _registered_at(one)
    ),
    Paper.LICENCE: lambda one: cards.licence("营业执照", _licence_rows(one)),
    Paper.ACCOUNT_PROOF: _account_proof,
    Paper.STOREFRONT: lambda one: shops.storefront(one.trading_name, one.business_address),
    Paper.INTERIOR: lambda one: shops.interior(one.trading_name),
    Paper.COUNTER: lambda one: shops.counter(one.trading_name),
    Paper.PREMISES_PROOF: _lease,
    Paper.AUTHORISATION: _authorisation,
    Paper.AGENT_ID_FRONT: lambda one: cards.identity_front(
        one.agent_name, one.agent_id_number, one.business_address
    ),
    Paper.AGENT_ID_BACK: lambda one: cards.identity_back(one.agent_id_from, one.agent_id_to),
    Paper.SIGNED_CONSENT: lambda one: cards.letter(
        "个人信息处理同意书",
        "本人已阅读终端使用协议和个人信息处理告知，同意银行为办理本申请处理本人信息。",
        signed=one.responsible_name,
        seal="申请人",
    ),
    Paper.DEVICE_LABEL: lambda one: cards.label(one.old_serial_number),
    Paper.STOP_FORM: _stop_form,
    Paper.AUTHORITY_ORDER: _order,
    Paper.STOP_EVIDENCE: lambda one: cards.letter(
        "现场核查记录",
        f"核查 {one.registered_name} 的收单终端，情况如所附照片。",
        signed="核查人",
        seal="核查网点",
    ),
    Paper.POLICE_RECEIPT: lambda one: cards.letter(
        "报案回执", f"{one.registered_name} 报称收单终端遗失，已受理。", signed="值班民警", seal="受理机关"
    ),
    Paper.TRADE_PERMIT: lambda one: cards.licence(
        "经营许可证", _permit_rows(one), seal="许可机关", line=(92, 128, 110)
    ),
}
