"""Which list a case was opened from, so that "next" goes on in that one and two tabs go on in two.

The filters travel in the addresses and forms of the case, as the admin's own do. What was searched for may be a name
or a mobile number: it stays in the session, and a random key travels. A key that is gone leads to the default view.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.crypto import get_random_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

PARAMETER, FOUND = "list", "found"
PLAIN = ("view", "kind", "status", "risk", "due", "branch")
# In the session: what was searched for by its key, the oldest forgotten first.
SEARCHES = "queue_searches"
MOST_SEARCHES = 20
LONGEST = 400


def list_shown(request: HttpRequest) -> str:
    """The list of this address as it travels on; "" for the default view. A search not seen before is kept in the session."""
    chosen = {name: value for name in PLAIN if (value := request.GET.get(name))}
    if text := request.GET.get("q", "").strip():
        chosen[FOUND] = _key_of(request, text)
    return _short(urlencode(chosen))


def list_behind(request: HttpRequest) -> str:
    """The list that this page or form was opened from, as it travels on."""
    given = QueryDict(_short(request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or ""))
    return urlencode({name: value for name in (*PLAIN, FOUND) if (value := given.get(name))})


def filters_of(request: HttpRequest, travelling: str) -> QueryDict:
    """The filters of a list that travelled here, with what was searched for; none where that is gone."""
    chosen = QueryDict(travelling, mutable=True)
    if FOUND in chosen:
        text = _searches(request).get(chosen.pop(FOUND)[0])
        if text is None:
            return QueryDict()
        chosen["q"] = text
    return chosen


def with_list(address: str, travelling: str, **more: str) -> str:
    """An address that leads on from this list."""
    query = urlencode({**more, **({PARAMETER: travelling} if travelling else {})})
    return f"{address}?{query}" if query else address


def without_search(chosen: dict[str, list[str]], travelling: str) -> dict[str, list[str]]:
    """What the address of the list asks for, with the key of the search in place of its text."""
    key = QueryDict(travelling).get(FOUND)
    rest = {name: values for name, values in chosen.items() if name != "q"}
    return {**rest, FOUND: [key]} if key else rest


def list_field(travelling: str) -> SafeString:
    """The list as a form sends it on."""
    if not travelling:
        return SafeString("")
    return format_html('<input type="hidden" name="{}" value="{}">', PARAMETER, travelling)


def _searches(request: HttpRequest) -> dict[str, str]:
    return request.session.get(SEARCHES, {})


def _key_of(request: HttpRequest, text: str) -> str:
    kept = _searches(request)
    known = next((key for key, value in kept.items() if value == text), None)
    if known:
        return known
    key = get_random_string(10)
    newest = list(kept.items())[1 - MOST_SEARCHES :]
    request.session[SEARCHES] = {**dict(newest), key: text[:LONGEST]}
    return key


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else ""
