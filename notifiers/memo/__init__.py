"""MeMo, the format of the Danish public post: composed, checked by rules and schema, read back."""

from notifiers.memo.composing import NAMESPACE, NEEDS, VERSIONS, composer

__all__ = ["NAMESPACE", "NEEDS", "VERSIONS", "composer"]
