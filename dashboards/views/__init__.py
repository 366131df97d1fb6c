"""The views, one file each: a view is found because it lies in this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from dashboards.view import View


@cache
def views() -> dict[str, type[View]]:
    """All views by id, in their order.

    Raises
    ------
    ValueError
        A file of this folder holds no view whose id is the file's name.
    """
    found = []
    for module in iter_modules(__path__):
        members = vars(import_module(f"{__name__}.{module.name}")).values()
        own = [
            member
            for member in members
            if isinstance(member, type)
            and issubclass(member, View)
            and member is not View
            and member.id == module.name
        ]
        if len(own) != 1:
            raise ValueError(
                f"dashboards/views/{module.name}.py holds {len(own)} views with the id "
                f"{module.name!r}; expected one subclass of dashboards.view.View"
            )
        found.append(own[0])
    return {view.id: view for view in sorted(found, key=lambda view: view.order)}
