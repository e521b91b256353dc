from terminals.offers.models.enrolment import Enrolment
from terminals.offers.models.offer import Offer

__all__ = ["Enrolment", "Offer"]
