from django.urls import include, path

from config.accounts import views
from config.accounts.second_factor import EnrolView

urlpatterns = [
    path("", views.account, name="account"),
    path("demo-messages/", views.demo_messages, name="demo_messages"),
    # Before django-allauth's own page of that name: enrolling proves the factor for the session.
    path("2fa/totp/activate/", EnrolView.as_view(), name="mfa_activate_totp"),
    path("", include("allauth.urls")),
]
