"""Asks the service catalogue page by page, and trusts no page to be right; reads no record."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from loaders.errors import SourceChanged
from loaders.source import Answer, Request
from loaders.sources._json_values import json_value, whole_number
from loaders.sources._ptv_values import SOURCE_ID, guid
from loaders.sources._rows import SetAside

MAX_BODY = 50_000_000
"""A page of a hundred full records was 1.4 MB; a municipality's record names all its services."""

MAX_PAGES = 1_000
GROWTH = 10
"""Pages by which a short list may grow while it is read; a long one may double."""

MAX_ROUNDS = 3
"""How often a list is read anew from its start where it shrinks or repeats itself meanwhile."""


@dataclass(frozen=True)
class PageForm:
    """How a version writes a page: the keys of what it tells.

    ``count`` is that of the pages, ``total`` that of all items where it is told, ``id`` that of an
    item's identifier.
    """

    count: str
    items: str
    id: str
    total: str | None = None

    def read(self, answer: Answer, label: str) -> tuple[list[Any], int, int]:
        """Give the items, the number of pages, and that of all items (0: not told).

        Raises
        ------
        SourceChanged
            It is no page.
        """
        page = answer_value(answer, label)
        if not isinstance(page, dict) or self.items not in page:
            raise SourceChanged(
                f"{SOURCE_ID}: {label}: came {_shape(page)}, expected a page with "
                f"{self.count} and {self.items}."
            )
        items, count = page[self.items], whole_number(page.get(self.count))
        if count is None or not (items is None or isinstance(items, list)):
            raise SourceChanged(
                f"{SOURCE_ID}: {label}: {self.items} is {_shape(items)} and {self.count} "
                f"{_shape(page.get(self.count))}, expected a list and a number."
            )
        total = whole_number(page.get(self.total)) if self.total else None
        return items or [], count, total or 0


def answer_value(answer: Answer, label: str) -> Any:
    """The JSON of an answer.

    Raises
    ------
    SourceChanged
        It is none.
    """
    return json_value(answer.body, source_id=SOURCE_ID, what=label, max_bytes=MAX_BODY)


def all_pages(
    request: Callable[[int], Request],
    form: PageForm,
    take: Callable[[Any], None],
    aside: SetAside,
) -> Generator[Request, Answer, bool]:
    """Read every page of a list.

    Parameters
    ----------
    request
        Makes the request of a page, counted from 1.
    form
        The version's keys.
    take
        Called with each item; with the same one twice where it comes on two pages, or where the
        list is read anew.
    aside
        Counts lists that changed under way.

    Returns
    -------
    bool
        False where the first page is missing (404), so that there is no such list.

    Raises
    ------
    SourceChanged
        A page cannot be read, no item has an identifier, there is no end to the pages, or the list
        is not whole after MAX_ROUNDS.

    Notes
    -----
    Version 11 tells how many pages there are and not how many items: where one goes and no page
    with it, the next item passes unseen to a page already read, and waits for the next refresh.
    """
    for _ in range(MAX_ROUNDS):
        fault = yield from _round(request, form, take)
        if fault == "missing":
            return False
        if not fault:
            return True
        aside.surprise(f"list {fault} while it was read")
    raise SourceChanged(
        f"{SOURCE_ID}: {request(1).label}: the list {fault} in each of {MAX_ROUNDS} readings, "
        "expected pages that hold still and differ from each other. Try again later."
    )


def _round(
    request: Callable[[int], Request], form: PageForm, take: Callable[[Any], None]
) -> Generator[Request, Answer, str]:
    """Read the list once; say what is wrong with it, or nothing."""
    seen: set[str] = set()
    page, count, total, most, fault = 1, 1, 0, MAX_PAGES, ""
    while page <= count:
        asked = request(page)
        answer = yield asked
        if answer.is_missing:
            return "missing" if page == 1 else "lost a page"
        items, told, told_total = form.read(answer, asked.label)
        if page == 1:
            # New entries come last, a few in the time that reading takes.
            most = min(MAX_PAGES, 2 * told + GROWTH)
        if told > most:
            raise SourceChanged(
                f"{SOURCE_ID}: {asked.label}: {told} pages, expected {most} at most."
            )
        if page > 1 and (told < count or told_total < total):
            # Something went, so that the rest moved up: it may have passed between two pages.
            fault = fault or "shrank"
        count, total = told, told_total
        found = {identifier for item in items if (identifier := _identifier(item, form))}
        if items and not found:
            raise SourceChanged(
                f"{SOURCE_ID}: {asked.label}: none of {len(items)} items has an {form.id}, "
                "expected an identifier in each."
            )
        if count > 1 and page <= count and not found - seen:
            return "repeated itself" if items else "had an empty page"
        seen |= found
        for item in items:
            take(item)
        page += 1
    return fault


def _identifier(item: object, form: PageForm) -> str | None:
    return guid(item.get(form.id)) if isinstance(item, Mapping) else None


def _shape(value: object) -> str:
    """What a value is, without quoting it."""
    if value is None:
        return "null"
    if isinstance(value, list | dict):
        return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"
    return f"a {type(value).__name__}"
