"""What a table to take away holds: typed columns with headings and explanations, and remarks.

Which tables there are stands in ``dashboards.export.tables``; how one becomes a file in the modules
of the kinds of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboards.export.scope import Scope, joined
from dashboards.export.wording import NOT_XML
from dashboards.texts import text

TEXT, CODE, WHOLE, NUMBER, SHARE, DATE, YEAR, YES_NO = (
    *("text", "code", "whole", "number", "share", "date", "year", "yes_no"),
)
KINDS = (TEXT, CODE, WHOLE, NUMBER, SHARE, DATE, YEAR, YES_NO)
"""What stands in a column. Codes are text: their leading zeros count. A date may be partial."""

MODEL_LANG = "en"
"""The language of the model's own titles and descriptions."""


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column: how it is called and explained in each language, and its values, None unknown.

    ``units`` are empty where the heading tells it; ``decimals`` are those that are shown. What is
    not ``is_shown`` stands in the file only if all columns are asked for.
    """

    key: str
    kind: str
    headings: Mapping[str, str]
    meanings: Mapping[str, str]
    units: Mapping[str, str]
    values: Sequence[Any]
    decimals: int = 0
    is_shown: bool = True
    is_personal: bool = False

    def heading(self, langs: Iterable[str], *, share_unit: str = "%") -> str:
        """The heading with its unit, in one language or several."""
        found = []
        for lang in langs:
            unit = share_unit if self.kind == SHARE else self.units.get(lang, "")
            heading = self.headings[lang]
            if self.is_personal:
                heading = f"{heading} [{text('export_table.personal', lang)}]"
            found.append(f"{heading} ({unit})" if unit else heading)
        return joined(found)


@dataclass(frozen=True, kw_only=True)
class TableContent:
    """A table, ready to be written: its columns, what it is called, and what must be said of it.

    ``sources`` are the tables of the model that it stands on; ``remarks`` come by language.
    """

    id: str
    titles: Mapping[str, str]
    columns: Sequence[TableColumn]
    sources: Sequence[str]
    remarks: Mapping[str, Sequence[str]]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0].values) if self.columns else 0

    @property
    def tells_of_persons(self) -> bool:
        """Whether a column tells of persons: then the file says so."""
        return any(column.is_personal for column in self.columns)

    def title(self, langs: Iterable[str]) -> str:
        """What it is called, in one language or several."""
        return joined([self.titles[lang] for lang in langs])


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a table may ask for beside its area; an empty text is nothing chosen."""

    theme: str = "ladder"
    group: str = ""
    board: str = ""
    first: int = 4
    weigh: str = "residents"
    sharing: str = "none"


@dataclass
class TableBuilder:
    """Puts a table together column by column, in the languages of its scope."""

    scope: Scope
    choices: Choices = field(default_factory=Choices)
    columns: list[TableColumn] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages of the file."""
        return self.scope.langs

    def said(self, key: str, **values: Any) -> str:
        """A text in the languages of the file, side by side."""
        return joined([text(key, lang, **values) for lang in self.langs])

    def words(self, codes: Iterable[Any], stem: str) -> list[Any]:
        """The words of codes, those of ``stem`` with a blank for the code; None for none."""
        found = {code: self.said(stem.format(code)) for code in _unique(codes)}
        return [None if code is None else found[code] for code in _plain(codes)]

    def named(self, codes: Iterable[Any], names: Mapping[str, Mapping[str, str]]) -> list[Any]:
        """The names of codes by language, side by side; the code where there is no name."""
        said = {
            code: joined([names[lang].get(code, str(code)) for lang in self.langs])
            for code in _unique(codes)
        }
        return [None if code is None else said[code] for code in _plain(codes)]

    def remark(self, key: str, **values: Any) -> None:
        """Say something of the table, in each language."""
        for lang in self.langs:
            self.remarks.setdefault(lang, []).append(text(key, lang, **values))

    def title(self, key: str, **values: Mapping[str, str]) -> None:
        """Call the table so; ``values`` fill the blanks by language."""
        for lang in self.langs:
            filled: dict[str, Any] = {name: of[lang] for name, of in values.items()}
            self.titles[lang] = text(key, lang, **filled)

    def add(
        self,
        key: str,
        kind: str,
        values: Iterable[Any],
        *,
        heading: str | Mapping[str, str] = "",
        meaning: str = "",
        unit: str = "",
        decimals: int = 1,
        is_shown: bool = True,
        is_personal: bool = False,
    ) -> None:
        """Put a column at the end.

        Parameters
        ----------
        key
            Its name for machines; its explanation is the text ``export_table.meaning`` of it, or
            of ``meaning``.
        kind
            Of ``KINDS``.
        values
            One a row; what is not known is None or NA.
        heading
            A key of the texts, or the heading by language; by default the text
            ``export_table.heading`` of the key.
        unit
            Which of the texts ``export_table.unit``; none where the heading tells it.
        decimals
            How many a number is shown with.
        is_shown
            Whether the page shows it.
        is_personal
            Whether it tells of a person: left out unless the scope is with contacts.
        """
        if is_personal and not self.scope.with_contacts:
            return
        if isinstance(heading, str):
            own = heading or f"export_table.heading.{key}"
            heading = {lang: text(own, lang) for lang in self.langs}
        meanings = {
            lang: text(f"export_table.meaning.{meaning or key}", lang) for lang in self.langs
        }
        units = (
            {lang: text(f"export_table.unit.{unit}", lang) for lang in self.langs} if unit else {}
        )
        self.columns.append(
            TableColumn(
                key=key,
                kind=kind,
                headings={lang: one_line(said) for lang, said in heading.items()},
                meanings=meanings,
                units=units,
                values=typed(values, kind),
                decimals=decimals if kind in (NUMBER, SHARE) else 0,
                is_shown=is_shown,
                is_personal=is_personal,
            )
        )

    def code(self, codes: Iterable[Any]) -> None:
        """The codes behind the words of the column before: for whoever asks for all columns."""
        words = self.columns[-1]
        self.columns.append(
            TableColumn(
                key=f"{words.key}_code",
                kind=CODE,
                headings={
                    lang: text("export_table.code_heading", lang, heading=heading)
                    for lang, heading in words.headings.items()
                },
                meanings={
                    lang: text("export_table.code_meaning", lang, heading=heading)
                    for lang, heading in words.headings.items()
                },
                units={},
                values=typed(codes, CODE),
                is_shown=False,
            )
        )

    def coded(self, key: str, codes: Iterable[Any], stem: str, **options: Any) -> None:
        """A column of words for codes, and the codes beside it."""
        codes = list(codes)
        self.add(key, TEXT, self.words(codes, stem), **options)
        self.code(codes)

    def municipality(self, codes: Iterable[Any]) -> None:
        """The names of municipalities, and their codes beside."""
        names = {lang: self.scope.store.name_of(lang) for lang in self.langs}
        codes = list(codes)
        self.add("municipality", TEXT, self.named(codes, names), heading="column.municipality")
        self.code(codes)

    def group(self, codes: Iterable[Any]) -> None:
        """The names of target groups, and their codes beside."""
        names = {lang: self.scope.store.group_names(lang) for lang in self.langs}
        codes = list(codes)
        self.add("target_group", TEXT, self.named(codes, names), heading="column.target_group")
        self.code(codes)

    def area(self, key: str, level: str, codes: Iterable[Any], **options: Any) -> None:
        """The names of regions or wellbeing counties, and their codes beside."""
        areas = self.scope.store["areas"]
        own = areas[areas["level"] == level]
        names = {
            lang: dict(zip(own["code"], own[f"name_{lang}"], strict=True)) for lang in self.langs
        }
        codes = list(codes)
        self.add(key, TEXT, self.named(codes, names), **options)
        self.code(codes)

    def content(self, id: str, sources: Sequence[str], *, all_columns: bool) -> TableContent:
        """The table as it goes into a file: what the page shows, or all columns."""
        kept = [column for column in self.columns if column.is_shown or all_columns]
        return TableContent(
            id=id, titles=self.titles, columns=kept, sources=sources, remarks=self.remarks
        )


def typed(values: Iterable[Any], kind: str) -> list[Any]:
    """Plain Python values of a kind, None where nothing is known; texts without hidden characters.

    Examples
    --------
    >>> typed(pd.array([1, None], dtype="Int64"), WHOLE)
    [1, None]
    >>> typed(["045", None, "a\\x00b"], CODE)
    ['045', None, 'ab']
    """
    plain = _plain(values)
    if kind in (WHOLE, YEAR):
        return [None if value is None else int(value) for value in plain]
    if kind in (NUMBER, SHARE):
        # Infinity is no number that a sheet could hold.
        numbers = [None if value is None else float(value) for value in plain]
        return [None if number in (float("inf"), float("-inf")) else number for number in numbers]
    if kind == YES_NO:
        return [None if value is None else bool(value) for value in plain]
    return without_illegal([None if value is None else str(value) for value in plain])


def without_illegal(values: list[str | None]) -> list[str | None]:
    """Texts without the characters that no XML file may hold: looked for once a column."""
    if not NOT_XML.search("".join(value for value in values if value)):
        return values
    return [None if value is None else NOT_XML.sub("", value) for value in values]


def one_line(said: str) -> str:
    """A text without line breaks, soft hyphens and illegal characters: a heading.

    Examples
    --------
    >>> one_line("Communi\\N{SOFT HYPHEN}cation\\nhere")
    'Communication here'
    """
    return " ".join(NOT_XML.sub("", said).replace("\N{SOFT HYPHEN}", "").split())


def _plain(values: Iterable[Any]) -> list[Any]:
    """Values as plain objects with None for what is not known."""
    if isinstance(values, pd.Series):
        found = values.to_numpy(dtype=object, copy=True)
        found[values.isna().to_numpy()] = None
        return list(found.tolist())
    # NaN alone differs from itself; NA would not say.
    return [
        None if value is None or value is pd.NA or value is pd.NaT or value != value else value
        for value in values
    ]


def _unique(values: Iterable[Any]) -> list[Any]:
    return [value for value in dict.fromkeys(_plain(values)) if value is not None]
