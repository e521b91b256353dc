from terminals.returns.models.inspection import ReturnInspection
from terminals.returns.models.line import ReturnFinding, ReturnLine
from terminals.returns.models.order import ReturnOrder

__all__ = ["ReturnFinding", "ReturnInspection", "ReturnLine", "ReturnOrder"]
