"""A broken constraint is told in one place and a number is drawn in one place: few others catch what the database says."""

from tests.house.tree import modules, read

# Where an IntegrityError is caught, and what it means there.
CAUGHT = {
    "config/kernel/answers.py": "a twin has the key",
    "config/kernel/audit_chain.py": "another worker has sealed this batch",
    "config/kernel/constraints.py": "the constraint's own sentence",
    "config/kernel/idempotency.py": "a twin has the key",
    "config/kernel/numbering.py": "the number is taken, so the next one is drawn",
    "terminals/estate.py": "somebody has added a device of this list meanwhile",
}


def test_nobody_else_catches_integrity_errors():
    found = {str(path) for path, _tree in modules() if "except IntegrityError" in read(path)}

    assert found == CAUGHT.keys()
