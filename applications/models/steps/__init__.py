"""What can be done with an application of any kind: verbs by capability, each whole, with one place for their objections."""

from applications.models.steps.claiming import ClaimSteps
from applications.models.steps.deciding import DecisionSteps
from applications.models.steps.filing import FilingSteps
from applications.models.steps.holding import HeldDecisionSteps
from applications.models.steps.objections import Objections
from applications.models.steps.refused import RefusedSteps
from config.kernel.lifecycle import Lifecycle


class ApplicationSteps(
    FilingSteps, ClaimSteps, DecisionSteps, HeldDecisionSteps, RefusedSteps, Objections, Lifecycle
):
    """The verbs of `Application`. Objections here are the same in page, bulk action, API and shell."""

    class Meta:
        abstract = True


__all__ = ["ApplicationSteps"]
