"""Violations in every state, each reached through the verbs."""

from __future__ import annotations

from config.kernel import clock
from terminals.returns.models import Measure, Violation, ViolationCategory
from terminals.returns.violations import decide, open_violation
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated

FACTS = "终端未经同意移至其他地址使用。"


def opened(*, category="moved", terminal=None, **given) -> Violation:
    terminal = terminal or activated()[0]
    said = {"by": StaffFactory(role="risk", branch=terminal.branch), "now": clock.now(), "facts": FACTS}
    return open_violation(
        merchant=terminal.merchant,
        terminal=terminal,
        category=ViolationCategory.objects.get(pk=category),
        **said | given,
    )


def chief(violation):
    return StaffFactory(role="supervisor", branch=violation.branch)


def reached(state: str, **given) -> Violation:
    violation = opened(**given)
    if state in ("heard", "decided", "closed"):
        violation.state("店铺装修，临时移动。", by=owner_of(violation.merchant), now=clock.now())
    if state in ("decided", "closed"):
        decide(
            violation,
            Measure.objects.filter(pk="warning"),
            decision="情节较轻。",
            by=chief(violation),
            now=clock.now(),
        )
    if state == "closed":
        violation.close(by=chief(violation), now=clock.now())
    if state == "dismissed":
        violation.dismiss(by=chief(violation), now=clock.now(), note="事实不清")
    assert violation.status == state
    return violation
