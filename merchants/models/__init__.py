from merchants.models.account import SettlementAccount
from merchants.models.blacklist import BlacklistEntry
from merchants.models.expiry import Attestation, Expiring, ExpiryNotice
from merchants.models.handover import HandOver
from merchants.models.invitation import Invitation
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant
from merchants.models.outlet import Outlet
from merchants.models.reference import Division, MerchantCategory

__all__ = [
    "Attestation",
    "BlacklistEntry",
    "Division",
    "Expiring",
    "ExpiryNotice",
    "HandOver",
    "Invitation",
    "Membership",
    "Merchant",
    "MerchantCategory",
    "Outlet",
    "SettlementAccount",
]
