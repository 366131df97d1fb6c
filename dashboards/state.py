"""What the user has chosen, and nothing else: read from the address, written back to it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from difflib import get_close_matches
from urllib.parse import urlencode

import param

from dashboards.texts import LANGUAGES

MAP_FORMS = ("outlines", "tiles")
"""The map as it lies, or a square a municipality."""
SORTS = ("residents", "unknown", "name")
"""How the profile matrix is sorted."""
FIRST_CONTACTS = tuple(str(number) for number in range(1, 16))
"""How many municipalities to ring first."""
WEIGHTS = ("residents", "group")
"""Whose number a first contact is weighed by: all residents, or those of the target group's age."""
SHARING = ("none", "neighbours")
"""Whether one liaison serves its municipality alone, or its neighbours as well."""
EVIDENCE_AGES = ("all", "2", "4", "8")
"""Whether all evidence counts, or only what is at most so many years old."""
REACHES = ("local", "regional")
"""Whether organisations of a whole region or country count in each of its municipalities."""
FILE_KINDS = ("map", "html", "table", "geopackage", "slides", "atlas", "report")
"""What can be taken away as a file."""
MAX_VALUE_LENGTH = 80


class State(param.Parameterized):
    """The user's choices; an empty text means all areas, or none chosen.

    The words of a search are not among them: they may be a person's name, and stay out of the
    address.
    """

    lang: param.Selector[str] = param.Selector(default="fi", objects=list(LANGUAGES))
    view: param.Selector[str] = param.Selector(default="", objects=[""])
    region: param.Selector[str] = param.Selector(default="", objects=[""])
    theme: param.Selector[str] = param.Selector(default="", objects=[""])
    form: param.Selector[str] = param.Selector(default="outlines", objects=list(MAP_FORMS))
    municipality: param.Selector[str] = param.Selector(default="", objects=[""])
    group: param.Selector[str] = param.Selector(default="", objects=[""])
    board: param.Selector[str] = param.Selector(default="", objects=[""])
    other_board: param.Selector[str] = param.Selector(default="", objects=[""])
    sort: param.Selector[str] = param.Selector(default="residents", objects=list(SORTS))
    first: param.Selector[str] = param.Selector(default="4", objects=list(FIRST_CONTACTS))
    weigh: param.Selector[str] = param.Selector(default="residents", objects=list(WEIGHTS))
    sharing: param.Selector[str] = param.Selector(default="none", objects=list(SHARING))
    evidence: param.Selector[str] = param.Selector(default="all", objects=list(EVIDENCE_AGES))
    reach: param.Selector[str] = param.Selector(default="local", objects=list(REACHES))
    file: param.Selector[str] = param.Selector(default="map", objects=list(FILE_KINDS))
    area: param.Selector[str] = param.Selector(default="", objects=[""])
    table: param.Selector[str] = param.Selector(default="", objects=[""])
    organisation: param.String = param.String(default="")

    CHOICES = (
        *("lang", "view", "region", "theme", "form", "municipality", "group"),
        *("board", "other_board", "sort", "first", "weigh", "sharing", "evidence", "reach"),
        *("file", "area", "table"),
    )
    """Choices out of a list that each state holds."""
    IDS = ("organisation",)
    """Choices out of so many that all states share what is known."""
    ADDRESS = (*CHOICES, *IDS)
    """All that an address may say."""

    def __init__(self, *, known: Mapping[str, Container[str]] | None = None) -> None:
        super().__init__()
        self._known = known or {}
        self._defaults = self._looked_up()

    def allow(self, **choices: Iterable[str]) -> None:
        """Set what may be chosen; the first of each is what an address without it means."""
        for name, values in choices.items():
            objects = list(values) or [""]
            selector = self.param[name]
            selector.objects = objects
            selector.default = objects[0]
            if getattr(self, name) not in objects:
                setattr(self, name, objects[0])
        self._defaults = self._looked_up()

    def read(self, query: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Take the choices of an address.

        Returns
        -------
        list of tuple
            What could not be taken: name, value (shortened) and a near value or an empty text.
            Such a choice keeps what it was.
        """
        refused = []
        for name, value in query.items():
            if name in self.IDS and (not value or value in self._known.get(name, ())):
                setattr(self, name, value)
                continue
            if name not in self.CHOICES:
                refused.append((name[:MAX_VALUE_LENGTH], value[:MAX_VALUE_LENGTH], ""))
                continue
            objects = self.param[name].objects
            if value in objects:
                setattr(self, name, value)
            else:
                near = get_close_matches(value[:MAX_VALUE_LENGTH], objects, 1)
                refused.append((name, value[:MAX_VALUE_LENGTH], near[0] if near else ""))
        return refused

    @property
    def group_shown(self) -> str:
        """The target group that is looked at: the one chosen, else the first; none without any."""
        return str(self.group) or next((code for code in self.param.group.objects if code), "")

    def query(self, **changes: str) -> str:
        """The address of this state, or of the state with ``changes``: ``?view=...&...``."""
        chosen = {name: changes.get(name, getattr(self, name)) for name in self.ADDRESS}
        kept = {name: value for name, value in chosen.items() if value != self._defaults[name]}
        return "?" + urlencode(kept)

    def _looked_up(self) -> dict[str, str]:
        """What each choice is in an address without it: a page asks for hundreds of addresses."""
        return {name: self.param[name].default for name in self.ADDRESS}
