"""The desk of offers."""

from django.contrib import admin

from terminals.offers.desk.offers import EnrolmentAdmin, OfferAdmin
from terminals.offers.models import Enrolment, Offer

admin.site.register(Offer, OfferAdmin)
admin.site.register(Enrolment, EnrolmentAdmin)
