import pytest
from django.apps import apps
from django.utils.safestring import SafeString

from config.kernel.lifecycle import Lifecycle
from config.kernel.templatetags.icons import icon
from config.kernel.templatetags.status_tags import TONES, status_tag, tag

LIVES = [model for model in apps.get_models() if issubclass(model, Lifecycle)]


@pytest.mark.parametrize("model", LIVES, ids=lambda model: model.__name__)
def test_every_state_has_a_tone_an_icon_and_words(model):
    for status, words in model._meta.get_field("status").flatchoices:
        tone, icon_name = model.STATUS_TONES[status]
        shown = status_tag(model(status=status))

        assert tone in TONES
        assert f'class="tag {tone}"' in shown
        assert icon(icon_name) in shown
        assert str(words) in shown


def test_words_of_a_tag_are_escaped():
    assert "<b>" not in tag("ok", "<b>王</b>")


def test_an_icon_is_hidden_from_screen_readers_and_carries_no_style():
    drawn = icon("check-circle")

    assert 'aria-hidden="true"' in drawn
    assert 'focusable="false"' in drawn
    assert "style=" not in drawn


def test_what_was_once_said_safely_is_escaped_when_somebody_typed_it():
    words = "<i>typed</i>"

    assert words in tag("ok", SafeString(words))
    assert words not in tag("ok", words)
    assert words in tag("ok", SafeString(words))
