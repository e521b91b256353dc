"""A branch with something of everything that the reports speak of, reached through the verbs, some of it with hostile names."""

from __future__ import annotations

import csv
import io

from config.kernel import clock
from merchants.models import Merchant
from merchants.particulars import MerchantType
from terminals.codes import revoke
from terminals.models import Device
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, particulars
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, DeviceModelFactory, activated, code_of, provisioned

HOSTILE_NAMES = [
    '=HYPERLINK("x")',
    "+86138",
    "-2+3",
    "@SUM(A1)",
    'quo"te, and ;',
    "＝1+1",
    "שלום\u202egnp",
    "two\nlines",
    "tab\there",
]


def parsed(content: bytes) -> list[list[str]]:
    """The cells below the headings, as a spreadsheet reads the file."""
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def hostile_merchants(branch) -> None:
    for name in HOSTILE_NAMES:
        merchant = onboarded(branch=branch)
        # Past every form: an older system may have let such a name in.
        Merchant.objects.filter(pk=merchant.pk).update(trading_name=name[:20])


def estate(branch) -> None:
    below = BranchFactory(parent=branch)
    hostile_merchants(branch)
    merchant = onboarded(branch=branch)
    waiting = provisioned(merchant=merchant)
    activated(merchant=onboarded(branch=below))
    provisioned(merchant=onboarded(MerchantType.MICRO, branch=branch))
    withdrawn = provisioned(merchant=merchant)
    revoke(code_of(withdrawn), by=StaffFactory(branch=branch), now=clock.now(), note="退回")
    DeviceFactory(branch=below, ownership=Device.Ownership.MERCHANT)
    DeviceFactory(branch=branch, model=DeviceModelFactory(name='=1+1,"x"'))
    for state in ("submitted", "returned", "approved"):
        RegistrationFactory(branch=branch, state=state)
    RegistrationFactory(branch=below, state="submitted", answers=particulars() | {"trading_name": "云栖茶舍"})
    assert waiting.pk
    elsewhere = onboarded(branch=BranchFactory())
    activated(merchant=elsewhere)
    RegistrationFactory(branch=elsewhere.branch, state="submitted")
