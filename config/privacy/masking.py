"""Masking: how personal data is shown where it need not be read.

Every function is idempotent and never returns the whole of what it was given; None and "" stay "".
"""

from collections.abc import Callable

STAR = "*"
SEPARATORS = frozenset(" \u3000·•-'’.")


def mask_name(name: str | None) -> str:
    """张三丰 -> 张*丰, 张三 -> 张*, 欧阳娜娜 -> 欧**娜, John Smith -> J*** S****."""
    text = (name or "").strip()
    letters = [at for at, char in enumerate(text) if char not in SEPARATORS]
    if len(letters) < 2:
        return STAR * len(text)
    if _is_alphabetic(text[letters[0]]):
        return _initials(text, letters)
    shown = letters[:1] if len(letters) == 2 else [letters[0], letters[-1]]
    return "".join(char if at in shown or char in SEPARATORS else STAR for at, char in enumerate(text))


def mask_id_number(number: str | None) -> str:
    """11010519491231002X -> 1****************X: the 6+4 form would tell birthplace and sequence."""
    return _middle_starred((number or "").strip(), head=1, tail=1)


def mask_mobile(number: str | None) -> str:
    """13800138000 -> 138****8000; a shorter number shows its last two digits at most."""
    text = (number or "").strip()
    return _middle_starred(text, head=3, tail=4) if len(text) >= 11 else _middle_starred(text, head=0, tail=2)


def mask_account(number: str | None) -> str:
    """6222021000000000043 -> **** **** 0043: the last four at most, and nothing of the length."""
    text = "".join((number or "").split())
    if not text:
        return ""
    return f"**** **** {text[-4:] if len(text) >= 8 else STAR * 4}"


def mask_email(address: str | None) -> str:
    """alice@example.com -> a***@example.com."""
    text = (address or "").strip()
    if not text:
        return ""
    local, at, domain = text.rpartition("@")
    if not at:
        local, domain = domain, ""
    first = local[0] if len(local) > 1 and local[0] != STAR else ""
    return f"{first}***{at}{domain}"


MASKS: dict[str, Callable[[str | None], str]] = {
    mask.__name__: mask for mask in (mask_name, mask_id_number, mask_mobile, mask_account, mask_email)
}


def is_masked(text: str) -> bool:
    """Whether a text looks like what a mask printed: such a text may never be stored."""
    return STAR in text or "＊" in text


def _middle_starred(text: str, *, head: int, tail: int) -> str:
    starred = len(text) - head - tail
    if starred < 1 or len(text) < 3:
        return STAR * len(text)
    return text[:head] + STAR * starred + text[len(text) - tail :]


def _is_alphabetic(letter: str) -> bool:
    return letter.lower() != letter.upper()


def _initials(text: str, letters: list[int]) -> str:
    shown, starts = [], True
    for char in text:
        shown.append(char if starts or char in SEPARATORS else STAR)
        starts = char in SEPARATORS
    if STAR not in shown:
        for at in letters[1:]:
            shown[at] = STAR
    return "".join(shown)
