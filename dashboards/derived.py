"""What is worked out once and shared by all stores that differ only in what it does not follow."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class Derived(cached_property[T]):
    """A cached property that stands in the one store which follows its filters and no other.

    The class that has it gives ``followed(filters)``: the instance that follows these alone.
    """

    def __init__(self, make: Callable[[Any], T], filters: tuple[str, ...]) -> None:
        super().__init__(make)
        self.filters = filters

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
        if instance is not None:
            home = instance.followed(self.filters)
            if home is not instance:
                return getattr(home, str(self.attrname))
        return super().__get__(instance, owner)


def derived(*filters: str) -> Callable[[Callable[[Any], T]], cached_property[T]]:
    """Make a method a property, worked out once for each choice of the named filters."""

    def make_property(make: Callable[[Any], T]) -> cached_property[T]:
        return Derived(make, filters)

    return make_property
