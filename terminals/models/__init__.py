from terminals.models.allowance import ReenrolmentAllowance
from terminals.models.announcement import Announcement
from terminals.models.attempt import ActivationAttempt
from terminals.models.binding import Binding
from terminals.models.binding_report import BindingReport, BindingReportLine, BindingSending
from terminals.models.bulletin import Bulletin
from terminals.models.bulletin_version import BulletinVersion
from terminals.models.code import RegistrationCode
from terminals.models.device import Device, DeviceModel
from terminals.models.key import DeviceKey
from terminals.models.kit import IssuedItem, KitItem
from terminals.models.last_use import HostReport, UseConfirmation
from terminals.models.recovery_notice import RecoveryNotice
from terminals.models.response_code import ResponseCode, ResponseCodeVersion
from terminals.models.risk_case import RiskCase
from terminals.models.suspension import StopReason, Suspension, SuspensionReason
from terminals.models.terminal import Terminal

__all__ = [
    "ActivationAttempt",
    "Announcement",
    "Binding",
    "BindingReport",
    "BindingReportLine",
    "BindingSending",
    "Bulletin",
    "BulletinVersion",
    "Device",
    "DeviceKey",
    "DeviceModel",
    "HostReport",
    "IssuedItem",
    "KitItem",
    "RecoveryNotice",
    "ReenrolmentAllowance",
    "RegistrationCode",
    "ResponseCode",
    "ResponseCodeVersion",
    "RiskCase",
    "StopReason",
    "Suspension",
    "SuspensionReason",
    "Terminal",
    "UseConfirmation",
]
