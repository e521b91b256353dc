"""Rooms above the applications that tell stories of their own, by the dotted name of the module; told after all others."""

MODULES: list[str] = []


def tell_also(module: str) -> None:
    if module not in MODULES:
        MODULES.append(module)
