"""The tables to take away: which there are, and one of them as CSV, XLSX or JSON.

How a table is filled stands in the modules of the tables, how it is written in ``csv_file``,
``workbook`` and ``json_file``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

from dashboards.export import board_tables as board
from dashboards.export import contact_tables as contacts
from dashboards.export import coverage_tables as coverage
from dashboards.export import evidence_tables as evidence
from dashboards.export import group_tables as groups
from dashboards.export import organisation_tables as organisations
from dashboards.export import reading_tables as reading
from dashboards.export.choices import FORMATS, SEPARATORS, checked, checked_theme
from dashboards.export.faults import unknown
from dashboards.export.files import FileExport, Tell, quiet
from dashboards.export.model_tables import model_table
from dashboards.export.scope import Scope
from dashboards.export.table_content import Choices, TableBuilder, TableContent
from dashboards.texts import text
from loaders.tables import TABLES

RAW = "raw-"
"""Before the name of a table of the model where a table of the page has that name."""

WRITERS: Mapping[str, str] = {
    "csv": "dashboards.export.csv_file",
    "xlsx": "dashboards.export.workbook",
    "json": "dashboards.export.json_file",
}
"""Format to the module that writes it: read when it is needed."""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """A table of the catalogue: how it is filled, and the tables of the model it stands on.

    ``asks`` are the choices that change it.
    """

    fill: Callable[[TableBuilder], None]
    sources: Sequence[str]
    name: str = ""
    asks: Sequence[str] = ()

    @property
    def tells_of_persons(self) -> bool:
        """Whether it has columns on persons for whoever asks for contacts."""
        if self.name:
            return TABLES[self.name].has_personal_data
        return self.fill is contacts.contacts_list


_PLACES = ("municipalities", "areas")
_LADDER = (*_PLACES, "evidence", "liaisons", "boards")
_SERVED = ("organisations", "organisation_areas", "organisation_target_groups", "target_groups")
_BOARDS = ("boards", "seats", "seat_target_groups", "target_groups")
_CONTACTS = ("weigh", "group", "sharing")


def _spec(
    fill: Callable[[TableBuilder], None], sources: Sequence[str], *asks: str, name: str = ""
) -> TableSpec:
    return TableSpec(fill=fill, sources=tuple(dict.fromkeys(sources)), asks=asks, name=name)


_PAGE: Mapping[str, TableSpec] = {
    "areas": _spec(coverage.areas, _LADDER),
    "municipalities": _spec(
        coverage.municipalities, (*_LADDER, "population_by_age", *_SERVED), "theme"
    ),
    "legend": _spec(coverage.legend, (*_LADDER, *_SERVED), "theme"),
    "gaps": _spec(coverage.gaps, (*_LADDER, "population_by_age", *_SERVED[:2])),
    "gaps-known_step": _spec(
        partial(coverage.gaps, kind="known_step"), (*_LADDER, "population_by_age", *_SERVED[:2])
    ),
    "gaps-no_information": _spec(
        partial(coverage.gaps, kind="no_information"),
        (*_LADDER, "population_by_age", *_SERVED[:2]),
    ),
    "contacts-list": _spec(
        contacts.contacts_list, (*_LADDER, "population_by_age", "boundaries"), "first", *_CONTACTS
    ),
    "contacts-curve": _spec(
        contacts.contacts_curve, (*_LADDER, "population_by_age", "boundaries"), *_CONTACTS
    ),
    "sensitivity": _spec(reading.sensitivity, (*_LADDER, *_SERVED[:2])),
    "readings": _spec(reading.readings, (*_LADDER, *_SERVED[:2])),
    "people-in-gaps": _spec(coverage.people, (*_LADDER, "population_by_age", "target_groups")),
    "profile-matrix": _spec(evidence.profiles, _LADDER),
    "evidence": _spec(evidence.evidence, _LADDER),
    "counties": _spec(evidence.counties, ("areas", "county_evidence")),
    "group-matrix": _spec(groups.group_matrix, ("municipalities", *_SERVED)),
    "group-gaps": _spec(
        groups.gaps_of_groups, ("municipalities", "population_by_age", "boundaries", *_SERVED)
    ),
    "zeros": _spec(
        groups.zeros, ("municipalities", "population_by_age", "boundaries", *_SERVED), "group"
    ),
    "organisations": _spec(organisations.organisations, ("municipalities", *_SERVED), "group"),
    "boards": _spec(board.boards, (*_BOARDS, *_SERVED)),
    "representation": _spec(board.representation, (*_BOARDS, *_SERVED), "board"),
    "seats": _spec(board.seats, (*_BOARDS, "organisations"), "board"),
    "territory": _spec(
        board.territory, (*_BOARDS[:2], "organisation_areas", "municipalities"), "board"
    ),
    "tables": _spec(organisations.tables, ("sources",)),
    "sources": _spec(organisations.sources, ("sources",)),
    "set-aside": _spec(organisations.set_aside, ("set_aside",)),
}
"""The tables of the page, by the ids that they have there."""

CATALOGUE: Mapping[str, TableSpec] = {
    **_PAGE,
    **{
        f"{RAW}{name}" if name in _PAGE else name: TableSpec(
            fill=partial(model_table, name=name), sources=(name,), name=name
        )
        for name in TABLES
    },
}
"""Every table that can be taken away: those of the page, then those of the model as they are."""


def table_names(lang: str) -> dict[str, str]:
    """Id to name of the tables that can be taken away, in the order of the catalogue."""
    return {
        id: text("export_table.raw", lang, table=text(f"table.{spec.name}", lang))
        if spec.name
        else text(_name_key(id), lang)
        for id, spec in CATALOGUE.items()
    }


def _name_key(table: str) -> str:
    return f"export_table.name.{table.replace('-', '_')}"


def table_asks(table: str) -> tuple[str, ...]:
    """What a table can be asked beside its area: theme, group, board, first, weigh, sharing."""
    return tuple(CATALOGUE[table].asks)


def format_meanings(lang: str) -> dict[str, str]:
    """Format to what it is good for."""
    return {name: text(f"export_table.format.{name}", lang) for name in FORMATS}


def table_content(
    table: str, scope: Scope, *, choices: Choices | None = None, all_columns: bool = False
) -> TableContent:
    """A table of the catalogue, filled for a scope.

    Raises
    ------
    ExportError
        There is no such table, or it asks for a choice that is missing or not known.
    """
    if table not in CATALOGUE:
        raise unknown("table", table, {id: id for id in CATALOGUE})
    spec = CATALOGUE[table]
    builder = TableBuilder(scope, choices or Choices())
    spec.fill(builder)
    if not builder.titles:
        builder.title(_name_key(table))
    if any(None in column.values for column in builder.columns):
        builder.remark("export_table.remark.empty")
    return builder.content(table, spec.sources, all_columns=all_columns or bool(spec.name))


@dataclass(frozen=True, kw_only=True)
class TableExport(FileExport):
    """One table as CSV, XLSX or JSON: what the page shows, or all columns.

    A CSV file is a plain table, so that any program reads it: its sources and explanations stand
    in the other two.
    """

    table: str
    format: str = FORMATS[0]
    all_columns: bool = False
    has_bom: bool = True
    separator: str = SEPARATORS[0]
    theme: str = "ladder"
    group: str = ""
    board: str = ""
    first: int = 4
    weigh: str = "residents"
    sharing: str = "none"

    def __post_init__(self) -> None:
        checked("format", self.format, FORMATS)
        checked("separator", self.separator, SEPARATORS)
        if self.table not in CATALOGUE:
            raise unknown("table", self.table, {id: id for id in CATALOGUE})
        asks = table_asks(self.table)
        builder = TableBuilder(self.scope, self.choices)
        if "theme" in asks:
            checked_theme(self.scope.store, self.theme)
        if "board" in asks:
            board.chosen_board(builder, is_needed=self.table != "seats")
        if self.table == "zeros" or (self.table == "organisations" and self.group):
            contacts.chosen_group(builder)
        if self.table.startswith("contacts-"):
            contacts.contact_choices(builder)

    @property
    def choices(self) -> Choices:
        """What the table is asked."""
        return Choices(
            theme=self.theme,
            group=self.group,
            board=self.board,
            first=self.first,
            weigh=self.weigh,
            sharing=self.sharing,
        )

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return f".{self.format}"

    @property
    def has_persons(self) -> bool:
        """Whether persons are asked for and the table tells of them."""
        return self.scope.with_contacts and CATALOGUE[self.table].tells_of_persons

    @property
    def chosen(self) -> tuple[str, ...]:
        """The table, and what it is of."""
        spec = CATALOGUE[self.table]
        asks = [name for name in ("theme", "group", "board") if name in spec.asks]
        if "weigh" in spec.asks and self.weigh != "group":
            asks = []
        # A table of the page may differ from one of the model by a hyphen only.
        name = f"{RAW}{spec.name}" if spec.name else self.table
        given = (getattr(self, ask) for ask in asks)
        return name, *(one for one in given if one != "ladder")

    def content(self) -> TableContent:
        """What will stand in the file."""
        return table_content(
            self.table, self.scope, choices=self.choices, all_columns=self.all_columns
        )

    def write(self, path: Path, tell: Tell = quiet) -> None:
        """Write the file; progress is told in rows."""
        writer = import_module(WRITERS[self.format])
        options = {}
        if self.format == "csv":
            options = {"separator": self.separator, "has_bom": self.has_bom}
        writer.write(self.content(), self.scope, path, tell, **options)
