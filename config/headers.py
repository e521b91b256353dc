"""Headers that Django and django-csp leave to us (Mozilla Observatory, OWASP ASVS 3.4, 4.1.2 and 14.3.2)."""

from django.conf import settings
from django.http import JsonResponse
from django.utils.cache import add_never_cache_headers

PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def browser_limits(get_response):
    """Every answer, static files and errors included, says what a browser may do with it."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def api_only_over_https(get_response):
    """A device that sent its secrets in clear learns so; a redirect would let it go on doing it."""

    def middleware(request):
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/") and not request.is_secure():
            error = {"code": "https_required", "message": "请使用 HTTPS。", "message_en": "Use HTTPS."}
            return JsonResponse({"error": error}, status=403, json_dumps_params={"ensure_ascii": False})
        return get_response(request)

    return middleware


def api_without_cookies(get_response):
    """Devices have no session: whatever cookie comes along has no effect and costs no look into the database."""

    def middleware(request):
        if request.path.startswith("/api/"):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def keep_private_pages_private(get_response):
    """Pages of a signed-in person stay out of every cache, the browser's included."""

    def middleware(request):
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return middleware
