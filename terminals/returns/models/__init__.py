from terminals.returns.models.catalogue import Measure, Tariff, ViolationCategory
from terminals.returns.models.charge import Charge
from terminals.returns.models.inspection import ReturnInspection
from terminals.returns.models.line import ReturnFinding, ReturnLine
from terminals.returns.models.order import ReturnOrder
from terminals.returns.models.receipt import ReturnReceipt
from terminals.returns.models.violation import Evidence, Violation

__all__ = [
    "Charge",
    "Evidence",
    "Measure",
    "ReturnFinding",
    "ReturnInspection",
    "ReturnLine",
    "ReturnOrder",
    "ReturnReceipt",
    "Tariff",
    "Violation",
    "ViolationCategory",
]
