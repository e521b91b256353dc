"""The invented bank: a head office, two city branches and their three sub-branches."""

from __future__ import annotations

from config.accounts.models import Branch

HEAD = "0000"
SHANGHAI, PUDONG, JINGAN = "3100", "3101", "3102"
SHENZHEN, NANSHAN = "4403", "4404"

HOURS = "周一至周五 9:00–17:00"
# code, the one above it, name, acquirer code, clearing region, phone, hours, address
_TREE = [
    (HEAD, "", "示例银行总行", "09991000", "1000", "010-55550100", HOURS, "北京市西城区样例大街 1 号"),
    (SHANGHAI, HEAD, "上海分行", "09992900", "2900", "021-55550100", HOURS, "上海市黄浦区样例路 100 号"),
    (
        PUDONG,
        SHANGHAI,
        "浦东示范路支行",
        "09992900",
        "2900",
        "021-55550118",
        f"{HOURS}，周六 9:00–12:00",
        "上海市浦东新区示范路 8 号",
    ),
    (
        JINGAN,
        SHANGHAI,
        "静安样例路支行",
        "09992900",
        "2900",
        "021-55550126",
        HOURS,
        "上海市静安区样例路 26 号",
    ),
    (SHENZHEN, HEAD, "深圳分行", "09995840", "5840", "0755-55550100", HOURS, "深圳市福田区样例路 200 号"),
    (
        NANSHAN,
        SHENZHEN,
        "南山演示支行",
        "09995840",
        "5840",
        "0755-55550136",
        f"{HOURS}，周六 9:00–12:00",
        "深圳市南山区演示路 36 号",
    ),
]


def open_branches() -> None:
    """Every branch of the demonstration is there; one that is there already stays as it is."""
    for code, parent, name, acquirer, area, phone, hours, address in _TREE:
        above = Branch.objects.get(code=parent) if parent else None
        Branch.objects.get_or_create(
            code=code,
            defaults={
                "parent": above,
                "name": name,
                "acquirer_code": acquirer,
                "area_code": area,
                "phone": phone,
                "opening_hours": hours,
                "address": address,
            },
        )
