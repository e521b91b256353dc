"""Every list that the portal takes, as its room declares it."""

from merchants.blacklist_import import BLACKLIST
from merchants.reference_lists import CATEGORY_LIST, DIVISION_LIST
from terminals.binding_answers import ANSWERS
from terminals.code_list import CODES
from terminals.estate import DEVICES
from terminals.host_list import HOST_LIST
from terminals.returns.desk.tariff_list import TARIFF_LIST

ALL = [DEVICES, BLACKLIST, CODES, HOST_LIST, ANSWERS, DIVISION_LIST, CATEGORY_LIST, TARIFF_LIST]
