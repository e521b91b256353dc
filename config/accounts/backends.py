"""Who is let in by password, and what the role table answers when Django asks for a permission."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend

from config.accounts.models import User
from config.accounts.roles import permissions_of


class PasswordBackend(AuthenticationBackend):
    """E-mail or mobile and password. Grants nothing: permissions come from `RoleBackend` alone."""

    def get_user(self, user_id: Any) -> Any:
        """The person of a session with their branch, by one query: every page of the desk names it and ends at it."""
        try:
            person = User.objects.select_related("branch").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return person if self.user_can_authenticate(person) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False


class RoleBackend(BaseBackend):
    """Answers from the table of roles. A permission holds for everything in the person's branch scope, so `obj` adds nothing."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(permissions_of(user_obj)) if user_obj.is_authenticated else set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return user_obj.is_authenticated and perm in permissions_of(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return user_obj.is_authenticated and app_label in _apps_of(permissions_of(user_obj))


# Every page of the desk asks this of every desk; there are as many answers as roles.
@lru_cache(maxsize=64)
def _apps_of(permissions: frozenset[str]) -> frozenset[str]:
    return frozenset(permission.split(".", 1)[0] for permission in permissions)
