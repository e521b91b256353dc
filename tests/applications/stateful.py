"""Days at the desk at random: three merchants, three reviewers and a supervisor, every step tried, also where it may not be.

`HYPOTHESIS_PROFILE=thorough` runs many more and longer days, other ones each time.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from random import Random

from constance import config
from django.db import transaction
from django.utils.timezone import get_current_timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from applications.invariants import violations
from applications.models import Application, Registration
from applications.queueing import workable_by
from applications.sweeps import lapse_overdue, remind_corrections
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.desk_model import ROUNDS, SUPERVISOR, Case
from tests.applications.factories import RegistrationFactory
from tests.applications.stateful_steps import DESK, MERCHANTS, REVIEWERS, DeskSteps, MerchantSteps

IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
DAYS = settings(
    max_examples=400 if IS_THOROUGH else 14,
    stateful_step_count=60 if IS_THOROUGH else 45,
    derandomize=not IS_THOROUGH,
    deadline=None,
    report_multiple_bugs=False,
    # Making a day that fails shorter takes minutes: the thorough run does it.
    phases=list(Phase) if IS_THOROUGH else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# What is likely to be done with a case where it stands, as often as it is named; now and then it is anything at all.
LIKELY = {
    "draft": ["submit", "submit", "submit", "edit", "upload"],
    "submitted": ["claim", "claim", "claim", "claim", "claim", "assign", "escalate"],
    "under_review": [
        *(["approve", "reject", "give_back"] * 3),
        *("claim", "claim", "take_over", "take_over", "put_back", "go_on", "assign", "escalate", "withdraw"),
    ],
    "held": ["release", "release", "reverse", "take_back", "claim", "claim", "give_back", "withdraw"],
    "returned": ["submit", "submit", "submit", "edit", "upload"],
    "approved": ["redeem"],
    "rejected": ["ask", "ask", "ask", "reopen", "reopen", "uphold"],
}
ANYTHING = sorted({name for names in LIKELY.values() for name in names})
STRAY = 0.1
# A Monday morning before a holiday, so that days at the desk are the same whenever they are tried.
BEGIN = datetime(2026, 9, 28, 9, 30, tzinfo=get_current_timezone())
MOST_CASES = 3
SPANS = [timedelta(minutes=29), timedelta(hours=5), timedelta(days=2), timedelta(days=8)]


class Desk(MerchantSteps, DeskSteps, RuleBasedStateMachine):
    """The portal and the model take every step together and are compared after each."""

    taken: Counter[str] = Counter()
    refused: Counter[str] = Counter()

    def __init__(self):
        super().__init__()
        # Each day begins with an empty portal: it is rolled back at its end.
        self.day = transaction.atomic()
        self.day.__enter__()
        config.hold_terminals_over, config.correction_rounds = 1, ROUNDS
        branch = self.branch = BranchFactory()
        self.people = {name: MerchantUserFactory() for name in MERCHANTS}
        self.people |= {name: StaffFactory(role="reviewer", branch=branch) for name in REVIEWERS}
        self.people[SUPERVISOR] = StaffFactory(role="supervisor", branch=branch)
        self.names = {person.pk: name for name, person in self.people.items()}
        self.now = BEGIN
        self.cases: list[tuple[int, Case]] = []
        self.is_settled = False
        self.steps = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.day.__exit__(None, None, None)

    @initialize(decision=st.sampled_from(["approve", "approve", "reject", "give_back"]))
    def a_first_case(self, decision):
        """One case is well under way: held for a second person, refused or given back."""
        self.begin(MERCHANTS[0], 2 if decision == "approve" else 1)
        for name in ("submit", "claim", decision):
            getattr(self, name)(self._row(0), self.cases[0][1], Random(1))

    # One rule for everything: where there are several, whole days go by without some of them.
    @rule(drawn=st.integers(0, 2**32))
    def something_happens(self, drawn):
        self.now += timedelta(minutes=1)
        # Numbers are drawn small and often alike: with the moment beside them they still make different choices.
        self.steps += 1
        chance = Random(f"{drawn} {self.steps}")
        under_way = sum(not model.is_over() for _pk, model in self.cases)
        if chance.random() < (0.5 if not under_way else 0.1 if under_way < MOST_CASES else 0):
            self.begin(chance.choice(MERCHANTS), chance.choice([1, 2, 2]))
        elif chance.random() < 0.1:
            self.pass_time(chance.choice(SPANS))
        else:
            self.act(chance)

    def begin(self, merchant, terminals):
        case = RegistrationFactory(
            applicant=self.people[merchant], branch=self.branch, terminals=terminals, now=self.now
        )
        self.cases.append((case.pk, Case(merchant, terminals, makers={merchant})))
        self.is_settled = False

    def act(self, chance):
        """Somebody takes a step, or tries to."""
        weights = [1 if model.is_over() else 8 for _pk, model in self.cases]
        [place] = chance.choices(range(len(self.cases)), weights)
        model = self.cases[place][1]
        names = LIKELY.get("held" if model.held else model.status, ANYTHING)
        name = chance.choice(ANYTHING if chance.random() < STRAY else names)
        getattr(self, name)(self._row(place), model, chance)

    def pass_time(self, span):
        """And the worker does what it does to corrections."""
        self.now += span
        self.is_settled = False
        remind_corrections(self.now)
        lapse_overdue(self.now)
        for _pk, model in self.cases:
            model.pass_time(self.now, last_reminder=timedelta(days=config.correction_reminder_days))

    # -- what holds after every step ----------------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self):
        # What was refused has changed nothing, so what held before it still holds.
        assert self.is_settled or list(violations()) == []
        self.is_settled = True

    @invariant()
    def the_portal_is_where_the_model_is(self):
        for place, (_pk, model) in enumerate(self.cases):
            row = self._row(place)
            holder = row.holder(self.now)
            found = (row.status, row.round, bool(row.held_since), self.names[holder.pk] if holder else "")
            assert found == (model.status, model.round, bool(model.held), model.in_hands(self.now))

    @invariant()
    def next_offers_whoever_may_work_and_nobody_else(self):
        """The one query that looks for work says of every case what the verbs would say of each."""
        # A different person after every step: asking for all of them would be most of the day's work.
        name = DESK[self.steps % len(DESK)]
        offered = workable_by(Application.objects.all(), self.people[name], self.now)
        may = {pk for pk, model in self.cases if model.may_claim(name, self.now)}
        assert set(offered.values_list("pk", flat=True)) == may

    @invariant()
    def merchants_heard_what_happened_and_nothing_else(self):
        for pk, model in self.cases:
            inbox = OutboxMessage.objects.filter(
                subject_label="applications.application", subject_id=pk, channel="inbox"
            )
            own = inbox.filter(recipient=self.people[model.applicant]).order_by("id")
            assert list(own.values_list("kind", flat=True)) == model.told

    def _row(self, place: int) -> Registration:
        return Registration.objects.get(pk=self.cases[place][0])
