from constance.apps import ConstanceConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _

from config import checks  # noqa: F401  registers the deploy checks


class BankAdminConfig(AdminConfig):
    """The bank's own admin site takes the place of the stock one."""

    default_site = "config.admin.BankAdminSite"


class PolicyNumbersConfig(ConstanceConfig):
    """The library's tables under the bank's word for them."""

    verbose_name = _("Policy numbers")
