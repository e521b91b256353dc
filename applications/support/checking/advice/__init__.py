"""What the bank says of each outcome, in one place for the page, the help and the desk."""

from applications.support.checking.advice import first, in_use, registering, stopped
from applications.support.checking.advice.advice import VERSION, WHO, Acts, Advice, Door, ToldAdvice
from applications.support.checking.tree import Outcome

__all__ = ["ADVICE", "VERSION", "WHO", "Acts", "Advice", "Door", "ToldAdvice"]

ADVICE: dict[Outcome, Advice] = first.ADVICE | registering.ADVICE | in_use.ADVICE | stopped.ADVICE
