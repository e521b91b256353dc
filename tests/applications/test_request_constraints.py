"""What must never be false of what customers ask for, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from config.kernel import clock
from config.kernel.constraints import broken_constraint, sentence_for
from tests.applications.requests import requested

pytestmark = pytest.mark.django_db
BREACHES = {
    "relocation_point_is_whole": ("relocation", {"latitude": 31}),
    "relocation_effect_or_called_off": ("relocation", "both"),
    "relocation_called_off_whole": ("relocation", "half"),
    "replacement_by_another_device": ("replacement", {"serial_number": F("old_serial_number")}),
    "informationchange_effect_or_called_off": ("change", "both"),
    "informationchange_called_off_whole": ("change", "half"),
    "change_limits_together": ("change", {"new_limit_single_fen": 500, "new_limit_day_fen": 100}),
}


def values(said, one) -> dict:
    """A row that took effect and was called off as well, or one called off by nobody."""
    now = clock.now()
    if said == "both":
        whole = {"called_off_at": now, "called_off_by": one.applicant, "called_off_note": "不办了"}
        return whole | {"effected_at": now}
    return {"called_off_at": now} if said == "half" else said


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_constraint_says_its_sentence(name):
    kind, said = BREACHES[name]
    one = requested(kind)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        type(one)._base_manager.filter(pk=one.pk).update(**values(said, one))

    assert broken_constraint(error.value).name == name
    assert len(sentence_for(error.value)) > 5
