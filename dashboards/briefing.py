"""The written answer on the start page, by rule: every number in it leads to the rows behind it.

No sentence names a person: liaisons are counted by municipality. The sentences need no inflected
name, so that any municipality, group or board may stand in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from babel.lists import format_list
from markupsafe import Markup

from dashboards.markup import link
from dashboards.state import REACHES, State
from dashboards.store import Store
from dashboards.texts import date, locale, number, percent, sort_key, text
from geo.changes import change_counts
from geo.coverage import LADDER, MAX_AGE_YEARS, gap_totals, state_totals
from geo.representation import groups_without_a_seat

MOST_NAMES = 6
"""Municipalities, groups or boards that a sentence names before it only counts."""


@dataclass(frozen=True)
class Section:
    """A part of the briefing: its key, its sentences, escaped, and the key of its heading."""

    key: str
    sentences: Sequence[Markup]
    heading: str


SECTIONS = ("coverage", "start", "groups", "boards", "age", "changed")
"""The sections in their order: each is a method of `Writer`."""


def section(store: Store, state: State, key: str) -> Section:
    """One section of the briefing on the chosen region; without a sentence if nothing is to say."""
    is_reached = key == "groups" and store.reach != REACHES[0]
    heading = f"briefing.{key}_reached" if is_reached else f"briefing.{key}"
    return Section(key, getattr(Writer(store, state), key)(), heading)


def briefing(store: Store, state: State) -> list[Section]:
    """The sections of the briefing on the chosen region, without those that have nothing to say."""
    sections = [section(store, state, key) for key in SECTIONS]
    return [section for section in sections if section.sentences]


class Writer:
    """Writes the sentences of one region in one language."""

    def __init__(self, store: Store, state: State) -> None:
        self.store, self.state, self.lang = store, state, str(state.lang)
        self.region = str(state.region)
        self.towns = store.overview.loc[store.chosen(self.region)]
        self.names = store.name_of(self.lang)

    def coverage(self) -> list[Markup]:
        """How many municipalities and people there are on each step, and in gaps in all."""
        towns = self.towns
        steps = state_totals(towns["ladder"], towns["population"], order=LADDER)
        sentences = [
            self.said(
                "briefing.area",
                area=self.store.area_name("region", self.region, self.lang)
                if self.region
                else text("choose.region_all", self.lang),
                n=self._linked(len(towns), "map#municipalities"),
                people=self._linked(towns["population"].sum(), "map#municipalities"),
                year=towns["population_year"].max(),
            )
        ]
        for step in steps.itertuples(index=False):
            sentences.append(
                self.said(
                    "briefing.step",
                    count=step.municipalities,
                    step=text(f"ladder.{step.state}.name", self.lang),
                    n=self._linked(step.municipalities, "map#legend"),
                    people=self._linked(step.residents, "map#legend"),
                    share=percent(step.resident_share, self.lang, decimals=1),
                )
            )
        gap = gap_totals(towns, towns["population"]).set_index("part").loc["gap"]
        sentences.append(
            self.said(
                "briefing.gaps",
                n=self._linked(gap["municipalities"], "gaps#gap-summary"),
                people=self._linked(gap["residents"], "gaps#gap-summary"),
                share=percent(gap["residents"] / max(towns["population"].sum(), 1), self.lang),
            )
        )
        return sentences

    def start(self) -> list[Markup]:
        """The municipalities whose contact reaches most people in gaps."""
        first = int(self.state.param.first.default)
        found = self.store.analysis.first_contacts(
            first, region=self.region, weigh="residents", group="", sharing="none"
        )
        if found.contacts.empty:
            return []
        codes = found.contacts["municipality_code"]
        sentences = [
            self.said(
                "briefing.first",
                names=self._listed([self._town(code) for code in codes]),
                people=self._linked(found.reached, "gaps#first-contacts"),
                share=percent(found.reached / max(found.total, 1), self.lang),
            )
        ]
        if len(found.stand_ins):
            others = self._listed([self._town(code) for code in found.stand_ins])
            sentences.append(self.said("briefing.stand_ins", names=others))
        return sentences

    def groups(self) -> list[Markup]:
        """The target groups without a known local organisation in most municipalities."""
        matrix = self.store.matrix
        groups = self.store["target_groups"]
        special = groups.loc[~groups["is_general"], "target_group_code"]
        if self.store.group:
            special = special[special == self.store.group]
        zeros = matrix[
            (matrix["local"] == 0)
            & matrix["target_group_code"].isin(special)
            & matrix["municipality_code"].isin(self.towns["municipality_code"])
        ]
        counts = zeros["target_group_code"].value_counts(sort=False).reindex(special).fillna(0)
        names = self.store.group_names(self.lang)
        ordered = sorted(counts.items(), key=lambda one: (-one[1], sort_key(names[one[0]])))
        sentences = []
        for code, count in ordered[:MOST_NAMES]:
            own = zeros.loc[zeros["target_group_code"] == code, "municipality_code"]
            sentences.append(
                self.said(
                    "briefing.zeros",
                    count=int(count),
                    group=names[code],
                    n=self._linked(int(count), "groups#zeros", group=code),
                    where=self.where(own),
                )
            )
        rest = sum(1 for _, count in ordered[MOST_NAMES:] if count)
        if rest:
            sentences.append(
                self.said("briefing.more_groups", count=rest, n=self._linked(rest, "groups"))
            )
        return sentences

    def boards(self) -> list[Markup]:
        """The groups without a seat on each board that is known in full and has not ended."""
        boards = self.store.boards
        if self.region:
            boards = boards[boards["region_code"] == self.region]
        boards = boards[boards["is_public"] & (boards["term"] != "ended")]
        known = boards[boards["is_complete"].fillna(False)]
        if boards.empty:
            return []
        names = self.store.group_names(self.lang)
        sentences = [
            self.said(
                "briefing.known_boards",
                all=self._linked(len(boards), "representation"),
                known=self._linked(len(known), "representation"),
            )
        ]
        for board in known.itertuples(index=False):
            missing = groups_without_a_seat(self.store.representation(board.board_id))
            if self.store.group:
                missing = missing[missing["target_group_code"] == self.store.group]
            if len(missing):
                sentences.append(
                    self.said(
                        "briefing.missing",
                        year=str(board.source_date)[:4]
                        if pd.notna(board.source_date)
                        else text("profile.undated", self.lang),
                        board=link(
                            self.state.query(view="representation", board=board.board_id),
                            str(board.name),
                        ),
                        groups=self._listed([names[code] for code in missing["target_group_code"]])
                        if len(missing) <= MOST_NAMES
                        else self.said("briefing.group_count", n=len(missing)),
                    )
                )
        return sentences

    def age(self) -> list[Markup]:
        """How old the evidence is, where there is only stale one, and where none at all."""
        towns = self.towns
        sentences = []
        if towns["newest_year"].notna().any():
            sentences.append(
                self.said(
                    "briefing.years",
                    oldest=int(towns["oldest_year"].min()),
                    newest=int(towns["newest_year"].max()),
                )
            )
        stale = int((towns["is_stale"].fillna(False)).sum())
        sentences.append(
            self.said(
                "briefing.stale",
                count=stale,
                n=self._linked(stale, "map", theme="evidence_age"),
                years=MAX_AGE_YEARS,
            )
        )
        silent = towns.loc[towns["findings"] == 0, "municipality_code"]
        sentences.append(
            self.said(
                "briefing.silent",
                count=len(silent),
                n=self._linked(len(silent), "map", theme="evidence_age"),
                where=self.where(silent),
            )
        )
        return sentences

    def changed(self) -> list[Markup]:
        """What has changed since the snapshot before, a sentence a table; nothing without."""
        counts = change_counts(self.store["changes"])
        if counts.empty:
            return []
        made_on = self.store.report.get("made_on")
        sentences = []
        for table, rows in counts.groupby("table_name"):
            told = {row.change: row.rows for row in rows.itertuples(index=False)}
            parts = [
                text(f"change_count.{change}", self.lang, n=number(told[change], self.lang))
                for change in ("new", "gone", "moved", "changed")
                if change in told
            ]
            sentences.append(f"{text(f'table.{table}', self.lang)}: {', '.join(parts)}.")
        said = [Markup.escape(sentence) for sentence in sorted(sentences, key=sort_key)]
        if made_on:
            said.insert(0, self.said("briefing.since", made_on=date(made_on, self.lang)))
        everything = link(self._address("sources#changes"), text("briefing.all", self.lang))
        return [*said, everything]

    def said(self, key: str, *, count: int | None = None, **values: object) -> Markup:
        """A text whose blanks may hold links; all else in them is escaped."""
        blanks = {name: f"{{{name}}}" for name in values}
        template = text(key, self.lang, count=count, **blanks)
        return Markup(Markup.escape(template)).format(**values)  # noqa: S704 - escaped just here

    def _address(self, place: str, **choices: str) -> str:
        """The address of a view, or of a part of it: ``view#part``."""
        view, _, part = place.partition("#")
        return self.state.query(view=view, **choices) + (f"#{part}" if part else "")

    def _linked(self, count: object, place: str, **choices: str) -> Markup:
        return link(self._address(place, **choices), number(count, self.lang))

    def _town(self, code: str) -> Markup:
        return link(self.state.query(view="map", municipality=code), self.names[code])

    def where(self, codes: pd.Series) -> Markup:
        """The municipalities by name after a colon, or nothing where they are too many."""
        if not 0 < len(codes) <= MOST_NAMES:
            return Markup("")
        ordered = sorted(codes, key=lambda code: sort_key(self.names[code]))
        return Markup(": {}").format(self._listed([self._town(code) for code in ordered]))

    def _listed(self, parts: Sequence[str]) -> Markup:
        """A, B and C in the form of the language."""
        marks = [f"\0{at}\0" for at in range(len(parts))]
        sentence = Markup.escape(format_list(marks, locale=locale(self.lang).replace("-", "_")))
        for mark, part in zip(marks, parts, strict=True):
            sentence = sentence.replace(mark, Markup.escape(part))
        return sentence
