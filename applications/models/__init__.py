from applications.models.application import Application, ApplicationMaker, ApplicationTerminal
from applications.models.consent import ConsentText
from applications.models.deactivation import Deactivation
from applications.models.decision import Decision, ReasonCode
from applications.models.desk_preference import DeskPreference
from applications.models.document import Document
from applications.models.handing_out import Absence, SkippedCase
from applications.models.information_change import InformationChange
from applications.models.notice import DeactivationNotice
from applications.models.notice_version import NoticeObjection, NoticeVersion
from applications.models.placement import Placement
from applications.models.registration import Registration
from applications.models.relocation import Relocation
from applications.models.replacement import Replacement
from applications.models.review import ItemReview, Remark, ReviewDraft, Verdict
from applications.models.review_request import ReviewRequest
from applications.models.submission import Submission

__all__ = [
    "Absence",
    "Application",
    "ApplicationMaker",
    "ApplicationTerminal",
    "ConsentText",
    "Deactivation",
    "DeactivationNotice",
    "Decision",
    "DeskPreference",
    "Document",
    "InformationChange",
    "ItemReview",
    "NoticeObjection",
    "NoticeVersion",
    "Placement",
    "ReasonCode",
    "Registration",
    "Relocation",
    "Remark",
    "Replacement",
    "ReviewDraft",
    "ReviewRequest",
    "SkippedCase",
    "Submission",
    "Verdict",
]
