"""Finds the sources by the files in ``loaders/sources/``; fetches and parses nothing."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import re
from types import ModuleType

from loaders.errors import LoaderError
from loaders.source import Source
from loaders.tables import PARTS

# Imported at once and by its full name: ``loaders`` binds the name ``sources`` to the function
# below, and a package imported later would take the name back.
_package = importlib.import_module("loaders.sources")

FIELDS = ("Publisher", "Page", "Licence", "Updated", "Contains", "Caveats")
"""What the docstring of every source tells, one field a line."""

_FIELD = re.compile(r"([A-Z][a-z]+):\s*(.*)")


def sources() -> dict[str, ModuleType]:
    """Find every source.

    Returns
    -------
    dict
        Source id to its module, in the order of the ids; each has ``SOURCE`` and ``parse`` or
        ``gather``.

    Raises
    ------
    LoaderError
        A file of the folder is no source; all faults of all files at once.
    """
    modules = {name: _module(name) for name in _names()}
    faults = [fault for name, module in modules.items() for fault in source_faults(name, module)]
    if faults:
        raise LoaderError("Sources to be mended: " + "; ".join(faults))
    return modules


def source_module(source_id: str) -> ModuleType:
    """Give the module of one source.

    Raises
    ------
    LoaderError
        No source has this id (near ones are offered), or its file is no source.
    """
    names = _names()
    if source_id not in names:
        near = difflib.get_close_matches(source_id, names, n=3) or names
        raise LoaderError(f"No source is called {source_id!r}; there is {', '.join(near)}")
    module = _module(source_id)
    faults = source_faults(source_id, module)
    if faults:
        raise LoaderError("Source to be mended: " + "; ".join(faults))
    return module


def source_faults(name: str, module: ModuleType) -> list[str]:
    """Say what a module lacks to be the source called ``name``.

    Returns
    -------
    list of str
        One sentence a fault, each beginning with the file; empty when it is a source.
    """
    faults = []
    source = getattr(module, "SOURCE", None)
    if not isinstance(source, Source):
        faults.append("no SOURCE")
    else:
        if source.id != name:
            faults.append(f"SOURCE.id is {source.id!r}, expected the name of the file")
        faults += [
            f"SOURCE.table {table!r} is not in loaders.tables"
            for table in source.tables
            if table not in PARTS
        ]
    if not any(callable(getattr(module, name, None)) for name in ("parse", "gather")):
        faults.append("no function parse(body) or gather(scope)")
    told = docstring_fields(module)
    faults += [f"the docstring has no {field}" for field in FIELDS if not told.get(field)]
    return [f"loaders/sources/{name}.py: {fault}" for fault in faults]


def docstring_fields(module: ModuleType) -> dict[str, str]:
    """Read the fields of a source's docstring.

    Parameters
    ----------
    module
        A module whose docstring has lines ``Publisher: ...``; indented lines go on with the
        field above.

    Returns
    -------
    dict
        Field to text, in the order of the docstring; only FIELDS.

    Examples
    --------
    >>> toy = ModuleType("toy", "Toys.\\n\\nPublisher: Somebody\\n    and others\\nPage: -")
    >>> docstring_fields(toy)
    {'Publisher': 'Somebody and others', 'Page': '-'}
    """
    told: dict[str, str] = {}
    field = ""
    for line in inspect.cleandoc(module.__doc__ or "").splitlines():
        match = _FIELD.match(line)
        if match:
            field = match.group(1) if match.group(1) in FIELDS else ""
            told |= {field: match.group(2).strip()} if field else {}
        elif field and line.startswith(" "):
            told[field] = f"{told[field]} {line.strip()}".strip()
        else:
            field = ""
    return told


def _names() -> list[str]:
    return sorted(
        module.name
        for module in pkgutil.iter_modules(_package.__path__)
        if not module.name.startswith("_")
    )


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{_package.__name__}.{name}")
