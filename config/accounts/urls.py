from django.urls import include, path, re_path

from config.accounts import views, views_of_data, views_of_devices, views_of_messages
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
    # Before django-allauth's own page of that name: enrolling proves the factor for the session.
    path("2fa/totp/activate/", EnrolView.as_view(), name="mfa_activate_totp"),
    path("", include("allauth.urls")),
]
