from terminals.returns.models.inspection import ReturnInspection
from terminals.returns.models.line import ReturnFinding, ReturnLine
from terminals.returns.models.order import ReturnOrder
from terminals.returns.models.receipt import ReturnReceipt

__all__ = ["ReturnFinding", "ReturnInspection", "ReturnLine", "ReturnOrder", "ReturnReceipt"]
