"""A broken constraint becomes the sentence its author wrote; whatever else breaks stays the error it is."""

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import translation

from config.kernel import clock
from config.kernel.constraints import told_as_refusals
from config.kernel.numbering import NumberSeries
from config.kernel.refusal import Refused

pytestmark = pytest.mark.django_db


def test_a_broken_constraint_is_refused_in_its_own_words():
    NumberSeries.objects.create(series="slip", scope="290001", year=2026)

    with pytest.raises(Refused) as refused, told_as_refusals(), transaction.atomic():
        NumberSeries.objects.create(series="slip", scope="290001", year=2026)

    once = next(each for each in NumberSeries._meta.constraints if each.name == "number_series_once")
    assert (refused.value.code, refused.value.sentence) == ("constraint", str(once.violation_error_message))


def test_what_nobody_wrote_a_sentence_for_stays_an_error():
    Session.objects.create(session_key="k", session_data="", expire_date=clock.now())

    with pytest.raises(IntegrityError), told_as_refusals(), transaction.atomic():
        Session.objects.create(session_key="k", session_data="", expire_date=clock.now())


WORDED = sorted(
    (model._meta.label, each.name)
    for model in apps.get_models()
    for each in model._meta.constraints
    if each.violation_error_message
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("label", "name"), WORDED)
def test_every_sentence_of_a_constraint_can_be_said(label, name, language):
    """Django fills names into the sentence: a bare percent sign in a translation would be a failure instead of a refusal."""
    constraint = next(each for each in apps.get_model(label)._meta.constraints if each.name == name)

    with translation.override(language):
        assert constraint.get_violation_error_message()
