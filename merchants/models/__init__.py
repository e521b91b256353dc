from merchants.models.account import SettlementAccount
from merchants.models.blacklist import BlacklistEntry
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant
from merchants.models.outlet import Outlet
from merchants.models.reference import Division, MerchantCategory

__all__ = [
    "BlacklistEntry",
    "Division",
    "Membership",
    "Merchant",
    "MerchantCategory",
    "Outlet",
    "SettlementAccount",
]
