"""Every act of the record in words, as its room tells it."""

from applications.acts import ACTS as APPLICATIONS
from config.accounts.acts import ACTS as ACCOUNTS
from config.kernel.acts import ACTS as KERNEL
from merchants.acts import ACTS as MERCHANTS
from terminals.acts import ACTS as TERMINALS

ALL = {**KERNEL, **ACCOUNTS, **MERCHANTS, **TERMINALS, **APPLICATIONS}
