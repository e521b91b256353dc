"""Self-checks as rows."""

import factory
from factory.django import DjangoModelFactory

from applications.support.models import SelfCheck
from config.kernel import clock
from tests.accounts.factories import BranchFactory, MerchantUserFactory


class SelfCheckFactory(DjangoModelFactory):
    """Somebody's terminal shows 97, and the bank knew nothing of it."""

    class Meta:
        model = SelfCheck

    number = factory.Sequence(lambda n: f"ZC-20260911-{n:06d}")
    asked_by = factory.SubFactory(MerchantUserFactory)
    asked_at = factory.LazyFunction(clock.now)
    branch = factory.SubFactory(BranchFactory)
    screen = SelfCheck.Screen.NOT_REGISTERED
    code = "97"
    outcome = "O-20"
    language = "zh-hans"
