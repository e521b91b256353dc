"""The parts of a terminal that are accepted or given back one by one, and the fields that belong to each."""

from applications.models import Placement

DEVICE, PLACE, TERMS = "device", "place", "terms"
# The parts of a terminal that are accepted or given back one by one; what is not named here belongs to its terms.
PART_OF = dict.fromkeys(("source", "serial_number", "device_model"), DEVICE) | dict.fromkeys(
    (
        "label",
        "division",
        "address",
        "is_mobile",
        "use_area",
        "latitude",
        "longitude",
        "coord_system",
    ),
    PLACE,
)


def field_of(part: str, line: Placement) -> str:
    """The field in which the correction of a part begins."""
    if part == DEVICE:
        return "serial_number" if line.serial_number else "device_model"
    return "address" if part == PLACE else "limit_single_fen"
