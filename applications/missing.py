"""What stands between an application and its submission."""

from typing import NamedTuple


class Missing(NamedTuple):
    """One thing to fill in: the page of the form it is on, the field there ("" for the page itself), and what to do."""

    page: str
    field: str
    sentence: str
