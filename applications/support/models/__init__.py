from applications.support.models.caller import CallerCheck
from applications.support.models.conversation import MissingSale, TicketMessage, TicketNote
from applications.support.models.self_check import SelfCheck
from applications.support.models.self_check_week import SelfCheckWeek
from applications.support.models.ticket import Ticket
from applications.support.models.wording import CannedText, ClosingCause

__all__ = [
    "CallerCheck",
    "CannedText",
    "ClosingCause",
    "MissingSale",
    "SelfCheck",
    "SelfCheckWeek",
    "Ticket",
    "TicketMessage",
    "TicketNote",
]
