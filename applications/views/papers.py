"""The page of papers: each paper is its own card, its own form and its own request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from applications.corrections import Opened
from applications.models import Document
from applications.models.paper import PaperNeed
from applications.papers import attach, detach
from applications.views.place import ApplicationView, DraftView
from applications.views.questions import LATER
from config.files.serving import send
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment

MESSAGE_OF = "paper:"


class PapersView(DraftView):
    """All cards. Going on insists on every paper that is needed; what is uploaded is kept already."""

    task = "papers"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.shown({})

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if request.POST.get("go") == LATER:
            messages.success(request, _("Saved. You can go on at any time, on another phone too."))
            return redirect(self.to(self.home))
        lacking = {
            each.field: each.sentence
            for each in self.application.unanswered(on=self.today)
            if each.page == self.task
        }
        return self.shown(lacking) if lacking else self.onward()

    def shown(self, errors: dict[str, str]) -> HttpResponse:
        others = []
        for message in messages.get_messages(self.request):
            name = (message.extra_tags or "").partition(MESSAGE_OF)[2]
            errors |= {name: str(message)} if name else {}
            others += [] if name else [message]
        cards = self.cards(errors)
        problems = [
            {"label": card["title"], "sentence": card["error"], "target": f"id_{card['slug']}"}
            for card in cards
            if card["error"]
        ]
        return self.page(
            "applications/papers.html", {"cards": cards, "problems": problems, "messages": others}
        )

    def cards(self, errors: dict[str, str]) -> list[dict[str, Any]]:
        documents = {
            document.paper: document
            for document in self.application.documents.current().select_related("stored_file")
        }
        opened = self.opened
        return [
            self.card(need, documents.get(need.paper), opened, errors)
            for need in self.application.paper_needs()
        ]

    def card(
        self, need: PaperNeed, document: Document | None, opened: Opened, errors: dict[str, str]
    ) -> dict[str, Any]:
        """What the card of one paper shows and where its forms go."""
        paper = need.paper.value
        is_open = opened.paper(paper)
        given_back = next((each for each in opened.corrections if each.paper == paper), None)
        as_pdf = self.request.GET.get("pdf") == paper
        back = "?from=check" if self.comes_from_check else ""
        return {
            "slug": paper,
            "title": need.paper.label,
            "hint": need.hint,
            "given_back": given_back,
            "waits": given_back is not None and not given_back.is_done,
            "is_closed": self.is_returned and not is_open,
            "is_focused": self.focus == paper and is_open,
            "needed": need.is_required,
            "error": errors.get(paper, ""),
            "file": self._file(document) if document else None,
            "max_bytes": current_policy().upload_limit_bytes,
            "as_pdf": as_pdf,
            "post_url": self.to("upload", paper) + back if is_open else "",
            "remove_url": self.to("removal", document.pk) + back if is_open and document else "",
            "pdf_url": self.to("papers") + ("" if as_pdf else f"?pdf={paper}") + f"#upload-{paper}"
            if is_open
            else "",
        }

    def _file(self, document: Document) -> dict[str, Any]:
        stored = document.stored_file
        told = _("%(size)s, uploaded %(when)s") % {
            "size": filesizeformat(stored.size),
            "when": moment(document.added_at),
        }
        return {
            "name": stored.display_name,
            "info": told,
            "thumb_url": self.to("document", document.pk, "thumbnail") if stored.is_image else "",
            "view_url": self.to("document", document.pk, "view"),
        }


class UploadView(PapersView):
    """One paper comes in. A script gets its card back, a browser without one the whole page, each with the reason if refused."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str, paper: str) -> HttpResponse:
        need = next((need for need in self.application.paper_needs() if need.paper.value == paper), None)
        if need is None:
            raise Http404
        refusal = self.receive(paper)
        if request.headers.get("X-Requested-With") == "fetch":
            return self.fragment(need, refusal)
        if refusal:
            messages.error(request, refusal, extra_tags=f"{MESSAGE_OF}{paper}")
        return redirect(f"{self.to('papers')}{'?from=check' if self.comes_from_check else ''}#upload-{paper}")

    def receive(self, paper: str) -> str:
        """The upload is on file, or the sentence that says why not."""
        upload = next((file for file in self.request.FILES.getlist("file")), None)
        if upload is None:
            return _("Choose a photo or a file first.")
        if not self.opened.paper(paper):
            return _("This paper has been accepted and needs no other.")
        try:
            attach(self.application, paper, upload, by=self.request.user, now=self.now)
        except Refused as refused:
            return refused.sentence
        return ""

    def fragment(self, need: PaperNeed, refusal: str) -> HttpResponse:
        current = (
            self.application.documents.current()
            .filter(paper=need.paper)
            .select_related("stored_file")
            .first()
        )
        card = self.card(need, current, self.opened, {need.paper.value: refusal})
        return ApplicationView.page(self, "components/_upload.html", {"card": card})


class RemovalView(DraftView):
    """A paper is taken away."""

    http_method_names = ["post"]
    task = "papers"

    def post(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        document = get_object_or_404(self.application.documents.current(), pk=pk)
        try:
            if not self.opened.paper(document.paper):
                raise Refused(_("This paper has been accepted and needs no other."))
            detach(document, by=request.user, now=self.now)
        except Refused as refused:
            return self.refuse(refused, self.to("papers"))
        messages.success(request, _("%(paper)s is removed.") % {"paper": document.get_paper_display()})
        return redirect(
            f"{self.to('papers')}{'?from=check' if self.comes_from_check else ''}#upload-{document.paper}"
        )


class DocumentView(ApplicationView):
    """The bytes of a paper, for its own people only; the look is on record."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, number: str, pk: int, variant: str) -> HttpResponse:
        document = get_object_or_404(self.application.documents.select_related("stored_file"), pk=pk)
        purpose = "filing" if self.desk else "own_paper"
        return send(
            request,
            document.stored_file,
            variant=variant,
            by=request.user,
            now=self.now,
            purpose=purpose,
            watermark=bool(self.desk),
            detail={"application": self.application.number, "paper": document.paper},
        )
