from terminals.settlement.models.clearance import Clearance
from terminals.settlement.models.item import ClearanceItem, EvidenceFile

__all__ = ["Clearance", "ClearanceItem", "EvidenceFile"]
