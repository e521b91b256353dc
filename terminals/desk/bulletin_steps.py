"""What the writers of bulletins may do with one: each step is a noun in the address and one verb of the bulletin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.desk_steps import Step, objection
from terminals.desk.bulletin_forms import (
    BulletinForm,
    CorrectionForm,
    DiscardForm,
    EndForm,
    ProlongationForm,
)
from terminals.models import Bulletin
from terminals.models.bulletin_words import WORDS

WRITE = "terminals.add_bulletin"
PUBLISH = "terminals.publish_bulletin"
Status = Bulletin.Status
DRAFTED = (*WORDS, "kind", "starts_at", "expected_end_at", "branch", "carrier", "code")


def _draft_form(bulletin: Bulletin, *args: Any) -> forms.Form:
    initial = {name: getattr(bulletin, name) for name in DRAFTED}
    return BulletinForm(*args, initial=initial, prefix="draft")


def _words_form(bulletin: Bulletin, *args: Any) -> forms.Form:
    return CorrectionForm(
        *args, initial={name: getattr(bulletin, name) for name in WORDS}, prefix="correction"
    )


def _plain(cls: type[forms.Form], noun: str):
    return lambda bulletin, *args: cls(*args, prefix=noun)


def _publish(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.publish(by=by, now=now)
    return gettext("Published. Everybody it touches can read it.")


def _rewrite(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.rewrite(by=by, now=now, **form.cleaned_data)
    return gettext("The draft is changed.")


def _discard(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.discard(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Discarded.")


def _prolong(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.prolong(until=form.cleaned_data["until"], by=by, now=now)
    return gettext("The expected end is changed. What was said before is kept.")


def _correct(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.correct(by=by, now=now, **form.cleaned_data)
    return gettext("Corrected. The earlier words are kept.")


def _end(bulletin: Bulletin, form: Any, *, by, now) -> str:
    bulletin.end(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Over. Everybody who asked is told within a minute.")


def _no_change(bulletin: Bulletin, *, by, now) -> str:
    return bulletin.objection_to_changing(by=by)


def _no_rewriting(bulletin: Bulletin, *, by, now) -> str:
    return bulletin.objection_to_rewriting(by=by)


STEPS: dict[str, Step] = {
    "publication": Step(
        _("Publish"),
        _("Publish"),
        "megaphone",
        PUBLISH,
        _plain(forms.Form, "publication"),
        objection(Status.PUBLISHED),
        _publish,
    ),
    "draft": Step(
        _("Change the draft"), _("Save"), "pencil-square", WRITE, _draft_form, _no_rewriting, _rewrite
    ),
    "discarding": Step(
        _("Discard the draft"),
        _("Discard"),
        "trash",
        WRITE,
        _plain(DiscardForm, "discarding"),
        objection(Status.DISCARDED),
        _discard,
    ),
    "ending": Step(
        _("End it"),
        _("It is over"),
        "check-circle",
        PUBLISH,
        _plain(EndForm, "ending"),
        objection(Status.ENDED),
        _end,
    ),
    "prolongation": Step(
        _("Change the expected end"),
        _("Change"),
        "clock",
        PUBLISH,
        _plain(ProlongationForm, "prolongation"),
        _no_change,
        _prolong,
    ),
    "correction": Step(
        _("Correct the words"), _("Correct"), "pencil-square", PUBLISH, _words_form, _no_change, _correct
    ),
}
# A page with the steps of every state would bury the one that is wanted.
STEPS_OF = {
    Status.DRAFT: ("publication", "draft", "discarding"),
    Status.PUBLISHED: ("ending", "prolongation", "correction"),
}
