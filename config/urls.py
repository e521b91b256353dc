from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.module_loading import import_string

from applications.urls import filing_urls
from applications.views.listing import LookupView
from config import error_pages, health
from config.genuine import paper_check
from config.home import home
from config.kernel.inbox import inbox_urls
from config.language import switch_language

urlpatterns = [
    path("", home, name="home"),
    path("applications/", include("applications.urls")),
    path("terminals/", include("terminals.urls")),
    path("returns/", include("terminals.returns.urls")),
    path("bulletins/", include("terminals.bulletin_urls")),
    path("offers/", include("terminals.offers.urls")),
    path("support/", include("applications.support.urls")),
    path("check/", include("applications.support.checking.urls")),
    path("people/", include("merchants.urls")),
    path("messages/", inbox_urls()),
    path("help/", include("terminals.help_urls")),
    path("lookup/<slug:source>/", LookupView.as_view(), name="lookup"),
    re_path("^receipts/(?P<token>[A-Za-z0-9_-]{16,64})/$", paper_check, name="receipt"),
    re_path("^notices/(?P<token>[A-Za-z0-9_-]{40,64})/$", paper_check, name="notice_check"),
    path("notices/", include("applications.notices.urls")),
    path("admin/applications/filing/", filing_urls(admin.site)),
    path("admin/messages/", inbox_urls(admin.site)),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.accounts.urls")),
    path("api/v1/", include("config.api")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("language/", switch_language, name="language"),
    path("offline/", error_pages.offline),
    path("service-worker.js", error_pages.service_worker),
]

if settings.METRICS_TOKEN:
    # Only then is the library loaded at all.
    urlpatterns.append(path("metrics", import_string("config.metrics.metrics")))
if settings.DEMO_MODE:
    urlpatterns.append(path("simulator/", include("terminals.simulator.urls")))

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.forbidden"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"
handler429 = "config.accounts.throttling.too_many_requests"  # asked for by django-allauth
