"""What the bank must know of a merchant: one list of fields for the merchant, its registration and its changes.

Bank card acquiring rules (PBoC announcement 2013 No. 9): know the customer by licence, responsible person and account.
Drafts fill the list page by page, so nothing is required here; completeness is asked at submission and again at
approval, and what a `Merchant` may never lack is a constraint there.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.privacy.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from config.privacy.identity_documents import IdType


class MerchantType(models.TextChoices):
    ENTERPRISE = "enterprise", _("Enterprise")
    SOLE_TRADER = "sole_trader", _("Sole trader")
    MICRO = "micro", _("Micro merchant")
    INSTITUTION = "institution", _("Public institution")
    SOCIAL_ORGANISATION = "social_organisation", _("Social organisation")
    RURAL_COOPERATIVE = "rural_cooperative", _("Rural cooperative")


class SettlementCycle(models.TextChoices):
    T1 = "t1", _("next working day (T+1)")
    D1 = "d1", _("next calendar day (D+1)")


def _division(label):
    return models.ForeignKey(
        "merchants.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Particulars(models.Model):
    """Who the merchant is: licence, addresses, the responsible person, who acts for it, how it is paid."""

    merchant_type = models.CharField(_("merchant type"), max_length=20, choices=MerchantType, blank=True)
    registered_name = models.CharField(_("registered name"), max_length=100, blank=True)
    trading_name = models.CharField(_("trading name"), max_length=20, blank=True)
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    licence_from = models.DateField(_("licence valid from"), null=True, blank=True)
    licence_to = models.DateField(_("licence valid until"), null=True, blank=True)
    licence_is_long_term = models.BooleanField(_("licence without end date"), default=False)
    business_scope = models.TextField(_("business scope"), max_length=1000, blank=True)
    category = models.ForeignKey(
        "merchants.MerchantCategory",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merchant category (MCC)"),
    )
    registered_division = _division(_("registered division"))
    registered_address = models.CharField(_("registered address"), max_length=120, blank=True)
    business_division = _division(_("business division"))
    business_address = models.CharField(_("business address"), max_length=120, blank=True)

    responsible_name = models.CharField(_("responsible person"), max_length=60, blank=True)
    responsible_id_type = models.CharField(_("identity document"), max_length=24, choices=IdType, blank=True)
    responsible_id_number = EncryptedTextField(_("identity document number"), blank=True, default="")
    responsible_id_index = BlindIndexField(source="responsible_id_number", purpose="id_number")
    responsible_id_from = models.DateField(_("document valid from"), null=True, blank=True)
    responsible_id_to = models.DateField(_("document valid until"), null=True, blank=True)
    responsible_id_is_long_term = models.BooleanField(_("document without end date"), default=False)
    has_agent = models.BooleanField(_("an agent handles this application"), default=False)
    agent_name = models.CharField(_("agent"), max_length=60, blank=True)
    agent_id_number = EncryptedTextField(_("agent's resident ID number"), blank=True, default="")
    agent_id_from = models.DateField(_("agent's document valid from"), null=True, blank=True)
    agent_id_to = models.DateField(_("agent's document valid until"), null=True, blank=True)
    agent_id_is_long_term = models.BooleanField(_("agent's document without end date"), default=False)
    agent_mobile = EncryptedTextField(_("agent's mobile"), blank=True, default="")
    controller_name = models.CharField(_("actual controller"), max_length=60, blank=True)
    # [{name, id_type, id_number, valid_to, share_percent}], enterprises only
    beneficial_owners: models.Field[list[dict[str, str]], list[dict[str, str]]] = EncryptedJSONField(
        _("beneficial owners"), blank=True, default=list
    )

    contact_name = models.CharField(_("contact person"), max_length=60, blank=True)
    contact_mobile = EncryptedTextField(_("contact mobile"), blank=True, default="")
    contact_mobile_index = BlindIndexField(source="contact_mobile", purpose="mobile")
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    service_phone = models.CharField(_("customer service phone"), max_length=30, blank=True)

    settlement_cycle = models.CharField(
        _("settlement cycle"), max_length=2, choices=SettlementCycle, default="t1"
    )
    debit_fee_percent = models.DecimalField(
        _("debit card fee, per cent"),
        max_digits=6,
        decimal_places=4,
        default="0.5",
        validators=[MinValueValidator(0)],
    )
    debit_fee_cap_fen = models.PositiveIntegerField(_("debit card fee cap, fen"), default=2000)
    credit_fee_percent = models.DecimalField(
        _("credit card fee, per cent"),
        max_digits=6,
        decimal_places=4,
        default="0.6",
        validators=[MinValueValidator(0)],
    )

    class Meta:
        abstract = True

    @property
    def is_micro(self) -> bool:
        return self.merchant_type == MerchantType.MICRO


def names_of(shared: type[models.Model]) -> list[str]:
    """Names of the fields that every carrier of an abstract list shares, for copying one carrier to another."""
    return [field.name for field in shared._meta.local_fields]


class AccountParticulars(models.Model):
    """Where the bank pays the merchant's takings."""

    class Kind(models.TextChoices):
        CORPORATE = "corporate", _("Corporate account")
        PERSONAL = "personal", _("Personal account")

    account_kind = models.CharField(_("account kind"), max_length=10, choices=Kind, blank=True)
    account_holder = models.CharField(_("account holder"), max_length=100, blank=True)
    account_number = EncryptedTextField(_("account number"), blank=True, default="")
    account_number_index = BlindIndexField(source="account_number", purpose="account_number")
    account_bank = models.CharField(_("bank of the account"), max_length=80, blank=True)
    account_cnaps = models.CharField(_("bank code (CNAPS)"), max_length=12, blank=True)

    class Meta:
        abstract = True
