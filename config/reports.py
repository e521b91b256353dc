"""The shelf: every report that can be taken away, as its room declares it."""

from applications.desk.reports import REPORTS as APPLICATIONS
from applications.support.desk.reports import REPORTS as SUPPORT
from config.accounts.reports import REPORTS as PEOPLE
from merchants.desk.reports import REPORTS as MERCHANTS
from terminals.desk.reports import REPORTS as TERMINALS
from terminals.offers.desk.reports import REPORTS as OFFERS
from terminals.returns.desk.reports import REPORTS as RETURNS

SHELF = [*APPLICATIONS, *MERCHANTS, *TERMINALS, *RETURNS, *OFFERS, *SUPPORT, *PEOPLE]
