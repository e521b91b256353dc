"""The shelf: every report that can be taken away, as its room declares it."""

from applications.desk.reports import REPORTS as APPLICATIONS
from applications.support.desk.reports import REPORTS as SELF_CHECKS
from merchants.desk.reports import REPORTS as MERCHANTS
from terminals.desk.reports import REPORTS as TERMINALS

SHELF = [*APPLICATIONS, *MERCHANTS, *TERMINALS, *SELF_CHECKS]
