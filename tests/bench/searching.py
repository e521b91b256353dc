"""Row 4: names by two letters and more, rare, middling and common, against the same search among few."""

from __future__ import annotations

from applications.desk.by_name import named
from applications.models import Application
from applications.scale.names import COMMON, MIDDLING, RARE
from config.kernel.keyset import slice_of
from tests.bench.databases import use
from tests.bench.filling import head_office_reviewer, leaf_reviewer
from tests.bench.measuring import Row, a_b_a, milliseconds

NAMES = {
    "rare": RARE,
    "rare, two letters": RARE[:2],
    "middling": MIDDLING,
    "common": COMMON,
    "a city": "北京",
}


def rows(*, large: str, small: str) -> list[Row]:
    found = []
    for who, person_of in (("the bank", head_office_reviewer), ("one branch", leaf_reviewer)):
        for what, text in NAMES.items():

            def at(name: str, text: str = text, person_of=person_of) -> float:
                use(name)
                person = person_of()
                return milliseconds(lambda: _search(person, text), times=5)

            ratio, few, many = a_b_a(lambda at=at: at(small), lambda at=at: at(large))
            line = f"a name in {who}, {what}: among all / among few"
            found.append(Row("4", line, f"{many:.1f} / {few:.1f} ms", ratio, "<= 10"))
    return found


def _search(person, text: str) -> object:
    seen = Application.objects.filed().visible_to(person)
    if person.branch.parent_id:
        # As the queue says it for a branch without branches below.
        seen = seen.filter(branch=person.branch)
    return slice_of(named(seen, text), order=("-submitted_at", "-id"), size=50)
