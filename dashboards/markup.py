"""HTML out of Jinja templates that escape everything; knows no words of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from dashboards.texts import date, number, percent, text


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of an HTML table: its heading, and whether its cells are numbers."""

    heading: str
    is_number: bool = False


@dataclass(frozen=True, kw_only=True)
class HtmlTable:
    """A plain table: caption, columns and rows of ready text; the first cell heads its row."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    empty: str
    id: str = ""
    note: str = ""


@cache
def environment(package: str = "dashboards") -> Environment:
    """The folder ``templates`` of a package: all is escaped, and no name may be unknown."""
    environment = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["safe_url"] = safe_url
    return environment


def render(template: str, lang: str, **context: Any) -> str:
    """Fill a template; ``t``, ``n``, ``pct`` and ``d`` write words and numbers in ``lang``."""
    return (
        environment()
        .get_template(template)
        .render(
            lang=lang,
            t=partial(text, lang=lang),
            n=partial(number, lang=lang),
            pct=partial(percent, lang=lang),
            d=partial(date, lang=lang),
            **context,
        )
    )


def table(html_table: HtmlTable) -> str:
    """The table as HTML, every cell escaped by the template."""
    return environment().get_template("table.html").render(table=html_table)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, with None where nothing is known, as templates take it."""
    if frame.empty:
        return []
    # Column by column: a card asks for some twenty small frames, and waits for each.
    columns = {
        str(name): [
            None if is_missing else value
            for value, is_missing in zip(column.tolist(), column.isna().tolist(), strict=True)
        ]
        for name, column in frame.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def link(address: str, label: str) -> Markup:
    """A link, or only its label where the address is not one of the web or of this page."""
    if not (safe_url(address) or address.startswith("?")):
        return Markup.escape(label)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(address, label)


def safe_url(address: Any) -> str:
    """The address if it is a plain web address, else an empty text."""
    is_web = isinstance(address, str) and re.fullmatch(r"https?://[^\s<>\"']+", address)
    return address if is_web else ""


@cache
def stylesheet() -> str:
    """The page's one style sheet, also given to every pane (a shadow tree inherits none)."""
    return files("dashboards").joinpath("templates", "page.css").read_text(encoding="utf-8")
