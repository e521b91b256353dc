from applications.models.application import Application, ApplicationMaker, ApplicationTerminal
from applications.models.consent import ConsentText
from applications.models.decision import Decision, ReasonCode, ReturnedItem
from applications.models.document import Document
from applications.models.placement import Placement
from applications.models.registration import Registration

__all__ = [
    "Application",
    "ApplicationMaker",
    "ApplicationTerminal",
    "ConsentText",
    "Decision",
    "Document",
    "Placement",
    "ReasonCode",
    "Registration",
    "ReturnedItem",
]
