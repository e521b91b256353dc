"""A password hasher that remembers how often it was at work: what costs time, counted instead of timed."""

from typing import ClassVar

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    worked: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.worked.append(salt)
        return super().encode(password, salt)
