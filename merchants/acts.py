"""What is done to merchants, in the words of the record."""

from django.utils.translation import gettext_lazy as _

ACTS = {
    "merchant_onboarded": _("Merchant admitted"),
    "merchant_amended": _("Particulars of a merchant changed"),
    "particulars_attested": _("Particulars confirmed as current"),
    "member_invited": _("Person of a merchant invited"),
    "member_admitted": _("Person of a merchant admitted"),
    "member_dismissed": _("Person of a merchant removed"),
    "member_role_changed": _("Role of a merchant's person changed"),
    "handover_asked": _("Hand-over of a merchant asked for"),
    "blacklist_added": _("Blacklist entry added"),
    "blacklist_removed": _("Blacklist entry removed"),
    "blacklist_imported": _("Blacklist imported"),
}
