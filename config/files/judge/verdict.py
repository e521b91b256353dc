"""What the judge says about a file."""

from typing import Any, NamedTuple


class Unfit(Exception):
    """The file is not taken: a code of `config.files.refusals.SENTENCES` and what its sentence needs to know."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Verdict(NamedTuple):
    refused: str = ""
    facts: dict[str, Any] = {}
    view: bytes = b""
    thumbnail: bytes = b""
