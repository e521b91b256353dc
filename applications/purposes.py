"""What a hidden value may be looked at for. The purpose goes on record with the look."""

from django.utils.translation import gettext_lazy as _

PURPOSES = [
    ("compare_with_paper", _("Compare with the paper")),
    ("call_the_person", _("Call the person")),
    ("check_in_core_system", _("Check in the core system")),
    ("authority_enquiry", _("Enquiry of an authority")),
]
