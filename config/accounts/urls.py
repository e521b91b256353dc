from django.urls import include, path, re_path

from config.accounts import views, views_of_data, views_of_devices, views_of_messages, views_of_passkeys
from config.accounts.second_factor import EnrolView

urlpatterns = [
    path("", views.account, name="account"),
    path("demo-messages/", views.demo_messages, name="demo_messages"),
    path("devices/", views_of_devices.devices, name="account_devices"),
    path("devices/ending/", views_of_devices.ending_of_others, name="account_devices_ending"),
    re_path(
        r"^devices/(?P<name>[0-9a-f]{24})/ending/$", views_of_devices.ending, name="account_device_ending"
    ),
    path("messages/", views_of_messages.own_messages, name="account_messages"),
    path("data/", views_of_data.own_data, name="account_data"),
    path("data/copy/", views_of_data.copying, name="account_copying"),
    path("data/copy/file/", views_of_data.copy_file, name="account_copy_file"),
    path("data/deletion/", views_of_data.deletion, name="account_deletion"),
    path("data/deletion/withdrawal/", views_of_data.deletion_withdrawal, name="account_deletion_withdrawal"),
    # Before django-allauth's own pages of these names: enrolling proves the factor for the session.
    path("2fa/totp/activate/", EnrolView.as_view(), name="mfa_activate_totp"),
    path("2fa/authenticate/", views_of_passkeys.SecondStepView.as_view(), name="mfa_authenticate"),
    path("2fa/webauthn/", views_of_passkeys.PasskeysView.as_view(), name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", views_of_passkeys.AddPasskeyView.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", views_of_passkeys.PasskeySignInView.as_view(), name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        views_of_passkeys.PasskeyAgainView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        views_of_passkeys.NamePasskeyView.as_view(),
        name="mfa_edit_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        views_of_passkeys.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("", include("allauth.urls")),
]
