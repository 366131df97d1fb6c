"""A table as JSON: a head that tells what it is of, and a record a row, typed, null for unknown."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboards.export.files import Tell, quiet
from dashboards.export.scope import Scope
from dashboards.export.table_content import SHARE, TableContent
from dashboards.texts import text

CHUNK = 5_000


def write(content: TableContent, scope: Scope, path: Path, tell: Tell = quiet) -> None:
    """Write a table as JSON: UTF-8, a record a line."""
    keys = [column.key for column in content.columns]
    head = json.dumps(_head(content, scope), ensure_ascii=False, indent=1)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head.removesuffix("\n}") + ',\n "rows": [')
        rows = zip(*(column.values for column in content.columns), strict=True)
        for done, row in enumerate(rows, start=1):
            record = json.dumps(
                dict(zip(keys, row, strict=True)), ensure_ascii=False, allow_nan=False
            )
            file.write(f"{',' if done > 1 else ''}\n  {record}")
            if done % CHUNK == 0 or done == content.rows:
                tell(done, content.rows)
        file.write("\n ]\n}\n")


def _head(content: TableContent, scope: Scope) -> dict[str, Any]:
    def each(said: Iterable[tuple[str, str]]) -> dict[str, str]:
        return {lang: words for lang, words in said if words}

    langs = scope.langs
    return {
        "table": content.id,
        "title": {lang: content.titles[lang] for lang in langs},
        "area": {"id": scope.area, "name": {lang: scope.name(lang) for lang in langs}},
        "languages": list(langs),
        "filters": each((lang, scope.filters_said(lang)) for lang in langs),
        "made": scope.store.as_of.isoformat(),
        "contacts": each((lang, scope.contacts_said(lang)) for lang in langs)
        if content.tells_of_persons
        else {},
        "remarks": {lang: list(content.remarks.get(lang, ())) for lang in langs},
        "licence": {lang: scope.licence_line(content.sources, lang) for lang in langs},
        "sources": {
            lang: [asdict(source) for source in scope.sources(content.sources, lang)]
            for lang in langs
        },
        "unknown": {lang: text("export_table.remark.empty", lang) for lang in langs},
        "columns": [
            {
                "key": column.key,
                "type": column.kind,
                "unit": _unit(column.units, column.kind, langs),
                "heading": {lang: column.headings[lang] for lang in langs},
                "meaning": {lang: column.meanings[lang] for lang in langs},
                "personal": column.is_personal,
            }
            for column in content.columns
        ],
    }


def _unit(units: Any, kind: str, langs: Iterable[str]) -> Any:
    if kind == SHARE:
        return "0-1"
    return {lang: units[lang] for lang in langs if lang in units} or None
