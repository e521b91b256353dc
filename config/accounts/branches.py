"""The bank's branches: one tree, and the part of it that a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from config.accounts.models import User


class BranchQuerySet(models.QuerySet["Branch"]):
    def active(self) -> BranchQuerySet:
        return self.filter(is_active=True)

    def under(self, branch: Branch) -> BranchQuerySet:
        """The branch itself and everything below it."""
        return self.filter(path__startswith=branch.path)

    def visible_to(self, user: User) -> BranchQuerySet:
        """The subtree of the user's own branch; nothing for people without one."""
        branch = user.branch if user.is_authenticated and user.is_active else None
        return self.under(branch) if branch else self.none()


class Branch(models.Model):
    """An office of the bank. `path` names the branches from the top down to this one by key, like "/1/4/"."""

    code = models.CharField(
        _("code"),
        max_length=12,
        validators=[RegexValidator(r"^[0-9A-Z]{2,12}\Z", _("Use 2 to 12 capital letters and digits."))],
    )
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    acquirer_code = models.CharField(
        _("acquirer code"),
        max_length=11,
        validators=[RegexValidator(r"^[0-9]{8,11}\Z", _("Use the 8 to 11 digits of field 32."))],
        help_text=_("Acquiring institution code, 8 to 11 digits, as sent in field 32."),
    )
    area_code = models.CharField(
        _("area code"),
        max_length=4,
        validators=[RegexValidator(r"^[0-9]{4}\Z", _("Use the 4 digits of the clearing region."))],
        help_text=_("4 digits of the clearing region, not of the administrative division."),
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    opening_hours = models.CharField(_("opening hours"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="branch_code_once",
                violation_error_message=_("Another branch already has this code."),
            ),
            models.CheckConstraint(
                condition=Q(acquirer_code__regex=r"^[0-9]{8,11}$"),
                name="branch_acquirer_code_digits",
                violation_error_message=_("An acquirer code has 8 to 11 digits."),
            ),
            models.CheckConstraint(
                condition=Q(area_code__regex=r"^[0-9]{4}$"),
                name="branch_area_code_digits",
                violation_error_message=_("An area code has 4 digits."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="branch_not_its_own_parent",
                violation_error_message=_("A branch cannot belong to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Save, and leave `path` true for this branch and for every branch below it."""
        if self._would_close_a_ring():
            raise ValidationError({"parent": _("A branch cannot belong to itself or to a branch below it.")})
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._move_to(f"{self.parent.path if self.parent else '/'}{self.pk}/")

    def clean(self) -> None:
        super().clean()
        if self._would_close_a_ring():
            raise ValidationError({"parent": _("A branch cannot belong to itself or to a branch below it.")})

    @property
    def institution_prefix(self) -> str:
        """The 3 digits that begin a merchant number: the bank's own part of the acquirer code (01025840 -> 102)."""
        return self.acquirer_code[1:4]

    def contains(self, other: Branch) -> bool:
        return other.path.startswith(self.path)

    def _would_close_a_ring(self) -> bool:
        if self.pk is None or self.parent is None or not self.path:
            return False
        return self.parent.path.startswith(self.path)

    def _move_to(self, path: str) -> None:
        former = self.path
        if former == path:
            return
        if former:
            below = Branch.objects.filter(path__startswith=former).exclude(pk=self.pk)
            below.update(path=Concat(Value(path), Substr("path", len(former) + 1)))
        Branch.objects.filter(pk=self.pk).update(path=path)
        self.path = path
