"""Loads what the law and the card schemes publish: administrative divisions and merchant categories."""

import csv
from collections.abc import Iterable
from pathlib import Path

from django.db import models, transaction

from config.privacy import divisions, mcc
from merchants.models import Division, MerchantCategory

CATEGORIES = Path(__file__).parent / "data" / "categories_zh.csv"
LEVELS = {"province": 1, "city": 2, "county": 3}


def load_reference_data() -> None:
    """Divisions and categories are those of today. Run twice, the second time writes nothing.

    Nothing is deleted: a merchant keeps the division it was registered in. Which categories the bank serves and which need
    a permit is the bank's to change afterwards, so only a new row takes that from the file. What came from a list of the
    bank's stays as the list said it.
    """
    with transaction.atomic():
        _bring_up_to_date(Division, _divisions(), keep=())
        _bring_up_to_date(MerchantCategory, _categories(), keep=("is_served", "needs_permit"))


def _divisions() -> Iterable[Division]:
    kept = dict(Division.objects.filter(is_from_list=True).values_list("code", "name"))
    full_names = {"": ""}
    for row in divisions.current_divisions():
        full_names[row.code] = full_names[row.parent] + kept.get(row.code, row.name)
        if row.code in kept:
            continue
        yield Division(
            code=row.code,
            name=row.name,
            full_name=full_names[row.code],
            level=LEVELS[row.level],
            parent_id=row.parent or None,
        )


def _categories() -> Iterable[MerchantCategory]:
    with CATEGORIES.open(encoding="utf-8", newline="") as file:
        known = {line["code"]: line for line in csv.DictReader(file)}
    kept = set(MerchantCategory.objects.filter(is_from_list=True).values_list("code", flat=True))
    for code, name_en in mcc.categories():
        if code in kept:
            continue
        line = known.get(code, {})
        yield MerchantCategory(
            code=code,
            name_zh=line.get("name_zh") or name_en[:120],
            name_en=name_en[:250],
            is_served=line.get("is_served") != "no",
            needs_permit=line.get("needs_permit") == "yes",
        )


def _bring_up_to_date(model: type[models.Model], wanted: Iterable, *, keep: tuple[str, ...]) -> None:
    columns = [field.attname for field in model._meta.concrete_fields if field.name not in keep]
    present = {values[0]: values for values in model._default_manager.values_list(*columns)}
    changed = [row for row in wanted if present.get(row.pk) != tuple(getattr(row, name) for name in columns)]
    names = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in keep
    ]
    model._default_manager.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=names,
        batch_size=500,
    )
