"""Who may sign in: the bank's staff, merchants' people, and the named systems that act for nobody."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.branches import Branch, BranchQuerySet
from config.accounts.browser_session import BrowserSession
from config.accounts.person_rights import DeletionRequest, PersonalCopy
from config.kernel.acts import system_in_words
from config.privacy.fields import BlindIndexField, EncryptedTextField, blind_index
from config.privacy.identifiers import normalise
from config.privacy.masking import mask_email, mask_mobile, mask_name

__all__ = ["Branch", "BrowserSession", "DeletionRequest", "PersonalCopy", "Role", "User"]


class Role(models.TextChoices):
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    REVIEWER = "reviewer", _("Reviewer")
    SUPERVISOR = "supervisor", _("Supervisor")
    RISK = "risk", _("Risk officer")
    SETTLEMENT = "settlement", _("Settlement clerk")
    STOREKEEPER = "storekeeper", _("Storekeeper")
    FIELD = "field", _("Field engineer")
    SUPPORT = "support", _("Help line")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def staff(self) -> UserQuerySet:
        return self.filter(is_staff=True)

    def with_mobile(self, mobile: str) -> UserQuerySet:
        """Those reached at this mobile number, however it was typed."""
        return self.filter(mobile_index=blind_index(mobile, purpose="mobile") or "-")

    def serving(self, branch: Branch, *, role: str) -> UserQuerySet:
        """Active staff of this role at the branch, or at the nearest branch above it that has any."""
        steps = branch.path.strip("/").split("/")
        paths = ["/" + "/".join(steps[: depth + 1]) + "/" for depth in range(len(steps))]
        present = self.filter(is_active=True, role=role, branch__path__in=paths)
        nearest = max(present.values_list("branch__path", flat=True), key=len, default="")
        return self.filter(is_active=True, role=role, branch__path=nearest)

    def visible_to(self, user: User) -> UserQuerySet:
        """Staff of the user's subtree of branches. People of merchants are found through their merchant."""
        branch = user.branch if user.is_authenticated and user.is_active else None
        return self.filter(branch__path__startswith=branch.path) if branch else self.none()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str | None = None, password: str | None = None, **extra) -> User:
        user = self.model(email=email, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra) -> User:
        """An administrator of the head office, which must exist."""
        extra.setdefault("role", Role.ADMINISTRATOR)
        extra.setdefault("branch", Branch.objects.filter(parent=None).first())
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def system(self, name: str) -> User:
        """The system user of that name, an actor for work that no person does; made on first need."""
        user, _created = self.get_or_create(
            system_name=name, defaults={"full_name": name, "password": UNUSABLE_PASSWORD}
        )
        return user


# A hash that no password has, without the randomness that Django adds: system users never had one.
UNUSABLE_PASSWORD = "!system"  # noqa: S105


class User(AbstractBaseUser, PermissionsMixin):
    """A person or a named system. What a member of staff may do follows from `role` alone (`config.accounts.roles`)."""

    # Permissions come from the one table of roles: no rows per group or person exist that could disagree with it.
    groups = None
    user_permissions = None

    # NULL and not "": absent addresses must not collide in the unique index.
    email = models.EmailField(_("e-mail"), null=True, blank=True)  # noqa: DJ001
    mobile = EncryptedTextField(_("mobile"), blank=True)
    mobile_index = BlindIndexField(source="mobile", purpose="mobile", null=True, db_index=False)
    mobile_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    full_name = models.CharField(_("full name"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    is_staff = models.BooleanField(_("bank staff"), default=False)
    branch = models.ForeignKey(
        Branch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("branch"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # Part of what a session is checked against: one more, and every session of this person is over.
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    # Nobody's any more: what told who it was is gone, the number stays for the record.
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    system_name = models.CharField(max_length=40, null=True, blank=True, editable=False)  # noqa: DJ001

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                name="user_email_once",
                violation_error_message=_("Another account already uses this e-mail address."),
            ),
            models.UniqueConstraint(
                fields=["mobile_index"],
                name="user_mobile_once",
                violation_error_message=_("Another account already uses this mobile number."),
            ),
            models.UniqueConstraint(
                fields=["system_name"],
                name="user_system_name_once",
                violation_error_message=_("Another system already has this name."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message=_("An e-mail address is kept in lower case."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(mobile_index__isnull=False)
                | Q(system_name__isnull=False)
                | Q(erased_at__isnull=False),
                name="user_can_be_reached",
                violation_error_message=_("Give an e-mail address or a mobile number."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(email__isnull=True, mobile_index__isnull=True, full_name="", is_active=False),
                name="user_erased_whole",
                violation_error_message=_("Of a deleted account nothing that tells whose it was is left."),
            ),
            models.CheckConstraint(
                condition=Q(is_staff=False) | (Q(branch__isnull=False) & ~Q(role="")),
                name="user_staff_has_branch_and_role",
                violation_error_message=_("Staff need a branch and a role."),
            ),
            models.CheckConstraint(
                condition=Q(is_staff=True) | Q(branch__isnull=True, role="", is_superuser=False),
                name="user_others_have_no_branch_or_role",
                violation_error_message=_("Only staff have a branch and a role."),
            ),
            models.CheckConstraint(
                condition=Q(role="") | Q(role__in=Role.values),
                name="user_role_known",
                violation_error_message=_("Choose a role from the list."),
            ),
            models.CheckConstraint(
                condition=Q(system_name__isnull=True)
                | Q(is_staff=False, email__isnull=True, mobile_index__isnull=True),
                name="user_system_cannot_sign_in",
                violation_error_message=_(
                    "A system user has no e-mail address or mobile number to sign in with."
                ),
            ),
            models.CheckConstraint(
                condition=Q(mobile_verified_at__isnull=True) | Q(mobile_index__isnull=False),
                name="user_verified_mobile_exists",
                violation_error_message=_("Only a mobile number that is there can be verified."),
            ),
        ]

    def __str__(self) -> str:
        if self.system_name:
            return system_in_words(self.system_name)
        return self.full_name or self.email or gettext("User %(number)s") % {"number": self.pk}

    def save(self, *args, **kwargs) -> None:
        """Save with the e-mail in lower case and the mobile findable by its index."""
        self.email = (self.email or "").strip().lower() or None
        self.mobile = normalise(self.mobile or "")
        if "mobile" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "mobile_index"}
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be this person's: it changes with the password and with `session_generation`."""
        secret_of = f"{self.password}:{self.session_generation}"
        return salted_hmac("accounts.session", secret_of, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_merchant_user(self) -> bool:
        return not self.is_staff and self.system_name is None

    def branch_scope(self) -> BranchQuerySet:
        """The branches whose business this person may see."""
        return Branch.objects.visible_to(self)

    def masked(self) -> str:
        """The person as somebody may be shown who need not know them: name or address, most of it starred."""
        return mask_name(self.full_name) or mask_email(self.email) or mask_mobile(self.mobile)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
