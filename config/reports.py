"""The shelf: every report that can be taken away, as its room declares it."""

from applications.desk.reports import REPORTS as APPLICATIONS
from merchants.desk.reports import REPORTS as MERCHANTS
from terminals.desk.reports import REPORTS as TERMINALS

SHELF = [*APPLICATIONS, *MERCHANTS, *TERMINALS]
