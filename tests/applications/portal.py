"""Walking the merchant's pages as a browser without scripts does: open a page, take its forms, send one."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client

from config.privacy.identity_documents import IdType
from tests.applications.factories import CARD, PERSON

BUSINESS = {
    "registered_name": "晴川便利店",
    "trading_name": "晴川便利店",
    "uscc": "９２３１０１１５ ma1k-00015g",
    "licence_from": "2020-01-06",
    "licence_is_long_term": "on",
    "business_scope": "食品零售",
    "category": "5411",
    "registered_division": "310115",
    "registered_address": "示范路 18 号",
    "same_address": "on",
    "account_kind": "personal",
    "account_holder": "王小明",
    "account_number": "6222 0210 0000 0000 009",
    "account_bank": "示例银行示范路支行",
    "settlement_cycle": "t1",
}
RESPONSIBLE = {
    "responsible_name": "王小明",
    "responsible_id_type": IdType.RESIDENT_ID,
    "responsible_id_number": PERSON,
    "responsible_id_from": "2019年5月8日",
    "responsible_id_to": "2039/05/08",
    "has_agent": "",
    "contact_name": "王小明",
    "contact_mobile": "138 0013 8000",
}
PLACEMENT = {
    "label": "收银台 1 号",
    "source": "received",
    "serial_number": "p2a 0041-7223 6",
    "division": "310115",
    "address": "示范路 18 号",
    "connection": "mobile",
    "services": ["sale", "void"],
    "limit_single_fen": "５０，０００",
    "limit_day_fen": "200,000",
}
NEVER_IN_A_PAGE = (PERSON, CARD, "13800138000")

__all__ = ["BUSINESS", "NEVER_IN_A_PAGE", "PLACEMENT", "RESPONSIBLE", "forms_of", "hidden_of", "signed_in"]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "fields": {}})
        elif tag == "input" and self.forms and given.get("type") == "hidden":
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")


def forms_of(response) -> list[dict]:
    """Every form of a page with its address and its hidden fields."""
    reader = _Forms()
    reader.feed(response.content.decode())
    return reader.forms


def hidden_of(response, action: str = "") -> dict:
    """The hidden fields of the page's form that posts to `action`."""
    return next(form["fields"] for form in forms_of(response) if form["action"] == action)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
