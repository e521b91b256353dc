"""The tables of the kernel, each at home in the module that writes it."""

from config.kernel.audit import AccessRecord, AuditEvent, AuditSeal
from config.kernel.history import StatusChange
from config.kernel.idempotency import IdempotentRequest
from config.kernel.message import OutboxMessage
from config.kernel.numbering import NumberSeries
from config.kernel.own_switches import OwnSwitch
from config.kernel.switches import MessageSwitch
from config.kernel.tally import TallyEntry

__all__ = [
    "AccessRecord",
    "AuditEvent",
    "AuditSeal",
    "IdempotentRequest",
    "MessageSwitch",
    "NumberSeries",
    "OutboxMessage",
    "OwnSwitch",
    "StatusChange",
    "TallyEntry",
]
