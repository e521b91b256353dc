"""The language of a page: Chinese until its reader chooses, by one POST that comes back to the page it left."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST
from django.views.i18n import set_language


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Chinese until somebody chooses otherwise: what the browser prefers is no choice of the person before it."""

    def process_request(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request, response):
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


@login_not_required
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """The reader's choice is in the language cookie, and the reader is back at the same address and query."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        # Letters and messages follow the last choice; the page itself follows the cookie.
        get_user_model().objects.filter(pk=request.user.pk).update(language=chosen)
    return response
