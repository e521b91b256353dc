import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.utils import translation


class Particulars(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the licence")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    nickname = forms.CharField(label="Nickname", required=False)
    agreed = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self):
        raise forms.ValidationError("Both cannot be <b>true</b>.")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def summary(*given):
    names = [f"form{index}" for index in range(len(given))]
    source = "{% load form_errors %}{% error_summary " + " ".join(names) + " %}"
    return Template(source).render(Context(dict(zip(names, given, strict=True))))


def test_every_line_leads_to_a_control_that_exists_and_repeats_its_sentence():
    form = Particulars({})

    lines = dict(re.findall(r'<a href="#(\w+)">([^<]+)</a>', summary(form)))
    page = render_crispy_form(form)

    assert lines == {
        "id_name": "Name: This field is required.",
        "id_kind_0": "Kind: This field is required.",
        "id_agreed": "I agree: This field is required.",
    }
    for target, line in lines.items():
        assert f'id="{target}"' in page
        assert line.split(": ")[1] in page


def test_what_concerns_no_field_is_said_as_well_and_escaped():
    shown = summary(Particulars({}))

    assert "There are 5 things to correct" in shown
    assert "Both cannot be &lt;b&gt;true&lt;/b&gt;." in shown


def test_it_is_an_alert_that_can_take_the_focus():
    shown = summary(Particulars({}))

    assert 'role="alert"' in shown
    assert 'tabindex="-1"' in shown


def test_rows_of_a_formset_speak_with_their_own_ids():
    rows = forms.formset_factory(Particulars, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "A", "form-1-nickname": "B"}
    )

    shown = summary(None, rows)

    assert "#id_form-1-name" in shown
    assert "#id_form-0-name" not in shown


def test_nothing_is_printed_before_anything_was_sent():
    assert summary(Particulars(), None).strip() == ""


def test_the_title_says_that_there_are_errors_only_when_there_are():
    source = Template("{% load form_errors %}{% error_prefix form %}Name")

    assert source.render(Context({"form": Particulars({})})) == "Error: Name"
    assert source.render(Context({"form": Particulars()})) == "Name"
    assert source.render(Context({"form": None})) == "Name"


def test_a_field_reads_label_hint_error_control():
    page = render_crispy_form(Particulars({}))
    field = page[page.index('id="div_id_name"') : page.index('id="div_id_kind"')]

    places = [field.index(piece) for piece in ("<label", "id_name_helptext", "id_name_error", "<input")]

    assert places[1:3] == sorted(places[1:3])
    assert places == sorted(places)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field


def test_only_what_may_stay_empty_is_marked():
    page = render_crispy_form(Particulars())

    assert page.count("(optional)") == 1
    assert "asteriskField" not in page
