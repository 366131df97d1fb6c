"""Boards: seats by target group against the area's organisations, missing groups, indices."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import panel as pn
from markupsafe import Markup

from dashboards import plots
from dashboards.markup import Column, HtmlTable, table
from dashboards.parts.concentration import concentration_part
from dashboards.parts.funnel import funnel_part
from dashboards.parts.seat_arch import seat_arch_part
from dashboards.parts.terms import terms_part
from dashboards.parts.territory import territory_part
from dashboards.state import State
from dashboards.store import Store
from dashboards.texts import number, percent, tick_script
from dashboards.view import View, labelled, two_columns
from geo.boards import TERM_ORDER
from geo.indices import BoardIndices, board_indices
from geo.labels import label_coverage, label_totals
from geo.representation import STANDINGS

FRAME_COLUMNS = (
    "target_group_code",
    "seats",
    "seat_share",
    "standing",
    "reference_share",
    "ratio",
    "seat_deficit",
)
BAR_COLORS = {"seat_share": "#0b5c4d", "reference_share": "#e0b64a"}


class RepresentationView(View):
    """Whose voice is on the board, and whose is missing?"""

    id = "representation"
    order = 30
    filters = ("group", "reach")

    def __init__(self, store: Store, state: State) -> None:
        super().__init__(store, state)
        self._keep_board_in_region()

    def frame(self) -> pd.DataFrame:
        """Seats and shares of the chosen board, one row per target group; none without a board."""
        if not self.state.board:
            return pd.DataFrame(columns=list(FRAME_COLUMNS))
        return self.store.representation(self.state.board)

    def panel(self) -> pn.viewable.Viewable:
        """Board chooser, missing groups, arch, indices, and what else the seats tell."""
        picker = self.select("board", self.board_options(), key="choose.board")
        picker.max_width = 720

        def follow_region() -> None:
            self._keep_board_in_region()
            picker.options = labelled(self.board_options())

        self.on_change(follow_region, "region")
        chart = pn.pane.HoloViews(self._bars(), sizing_mode="stretch_width", margin=0)
        self.on_change(lambda: setattr(chart, "object", self._bars()), "board")
        return pn.Column(
            picker,
            two_columns(
                [self._part(self._board, empty=self.render("empty.html", key="empty.boards"))],
                [seat_arch_part(self)],
            ),
            self._part(self._chosen_group),
            two_columns([self._part(self._indices)], [self._part(self._key), chart]),
            self._part(self._table),
            self._part(self._labels),
            territory_part(self),
            concentration_part(self),
            terms_part(self),
            funnel_part(self),
            self._part(self._seats),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _part(self, make: Callable[[], str], *, empty: str = "") -> pn.pane.HTML:
        """A pane about the board, or ``empty`` where the region has none."""
        return self.html(lambda: make() if self.state.board else empty, "board")

    def _keep_board_in_region(self) -> None:
        options = self.board_options()
        if self.state.board not in options:
            self.state.board = next(iter(options), "")

    def board_options(self) -> dict[str, str]:
        """Board to name, of the chosen region: those in their term first, then by known seats."""
        boards = self.store.boards
        if self.state.region:
            boards = boards[boards["region_code"] == self.state.region]
        ordered = boards.assign(rank=boards["term"].map(TERM_ORDER)).sort_values(
            ["rank", "speaking_seats", "name"], ascending=[True, False, True], kind="stable"
        )
        return {
            row.board_id: self.text(
                "board.option", name=row.name_, seats=number(row.speaking_seats, self.lang)
            )
            for row in ordered.rename(columns={"name": "name_"}).itertuples()
        }

    def _row(self) -> pd.Series:
        boards = self.store.boards
        return boards[boards["board_id"] == self.state.board].iloc[0]

    def _board(self) -> str:
        row = self._row()
        frame = self.frame()
        names = self.store.group_names(self.lang)
        by_standing = {
            standing: [
                names[code]
                for code in frame.loc[frame["standing"] == standing, "target_group_code"]
            ]
            for standing in STANDINGS
        }
        missing = frame[(frame["standing"] == "no_seat") & (frame["organisations"] > 0)]
        missing = missing.sort_values("organisations", ascending=False, kind="stable")
        known = row.astype(object).where(row.notna(), None)
        return self.render(
            "board.html",
            board=known.to_dict(),
            groups=by_standing,
            served=[
                f"{names[missed.target_group_code]} ({number(missed.organisations, self.lang)})"
                for missed in missing.itertuples(index=False)
            ],
            area=self._area(row),
        )

    def _chosen_group(self) -> str:
        """What the board is to the target group that the page is of.

        Nothing without one, and of a general group, which no board has a share for.
        """
        shown = self._shown()
        rows = shown[shown["target_group_code"] == self.state.group].to_dict("records")
        if not rows:
            return ""
        known = {name: None if pd.isna(value) else value for name, value in rows[0].items()}
        return self.render(
            "group_on_board.html",
            group=self.store.group_names(self.lang)[self.state.group],
            row=known,
            organisations=self.state.query(view="organisations", municipality=""),
        )

    def _area(self, row: pd.Series) -> str:
        """The board's area in the session's language."""
        level = str(row["level"])
        code = str(row[f"{level}_code"])
        if level == "municipality":
            return self.store.name_of(self.lang).get(code, code)
        return self.store.area_name(level, code, self.lang)

    def _bars(self) -> object:
        frame = self._shown()
        frame = frame[
            (frame["seat_share"].fillna(0) > 0) | (frame["reference_share"].fillna(0) > 0)
        ]
        names = self.store.group_names(self.lang)
        frame = frame.assign(
            name=frame["target_group_code"].map(names),
            seat_share=frame["seat_share"] * 100,
            reference_share=frame["reference_share"] * 100,
        )
        return plots.lying_bars(
            frame,
            name="name",
            columns=BAR_COLORS,
            axis_label=self.text("axis.percent"),
            tick_script=tick_script(self.lang),
        )

    def _key(self) -> str:
        keys = [(self.text(f"column.{key}"), color) for key, color in BAR_COLORS.items()]
        return self.render("bars_key.html", keys=keys)

    def _shown(self) -> pd.DataFrame:
        """The frame with dashes where a 0 would say that a group surely has no seat."""
        frame = self.frame().copy()
        is_sure = frame["standing"].isin(["has_seat", "no_seat"])
        of_seats = ["seats", "seat_share", "ratio", "seat_deficit"]
        frame[of_seats] = frame[of_seats].where(is_sure)
        return frame

    def _table(self) -> str:
        names, lang = self.store.group_names(self.lang), self.lang
        reference = self.store.reference(self.state.board)
        shown = self._shown()
        shown["labels"] = self._covered()["labels"].where(shown["seats"].notna())
        return table(
            HtmlTable(
                id="representation",
                caption=self.text("view.representation.table", board=self._row()["name"]),
                columns=[
                    Column(heading=self.text("column.target_group")),
                    Column(heading=self.text("column.standing")),
                    Column(heading=self.text("column.seats"), is_number=True),
                    Column(heading=self.text("labels.column"), is_number=True),
                    Column(heading=self.text("column.seat_share"), is_number=True),
                    Column(heading=self.text("column.organisations"), is_number=True),
                    Column(heading=self.text("column.reference_share"), is_number=True),
                    Column(heading=self.text("column.ratio"), is_number=True),
                    Column(heading=self.text("column.seat_deficit"), is_number=True),
                ],
                rows=[
                    (
                        self._marked(row.target_group_code, names),
                        self.text(f"standing.{row.standing}").replace(" ", "\N{NO-BREAK SPACE}"),
                        number(row.seats, lang, decimals=1),
                        number(row.labels, lang),
                        percent(row.seat_share, lang),
                        number(row.organisations, lang),
                        percent(row.reference_share, lang),
                        number(row.ratio, lang, decimals=2),
                        number(row.seat_deficit, lang, decimals=1),
                    )
                    for row in shown.itertuples(index=False)
                ],
                empty=self.text("empty.groups"),
                note=self.text(
                    "view.representation.note",
                    organisations=number(reference.organisations, lang),
                    with_group=number(reference.with_group, lang),
                    general=number(reference.general_only, lang),
                    unknown=number(reference.without_group, lang),
                ),
            )
        )

    def _marked(self, group: str, names: dict[str, str]) -> str:
        """A group's name; that of the one chosen stands out."""
        if group != self.state.group:
            return names[group]
        return Markup("<b>{}</b>").format(names[group])

    def _indices(self) -> str:
        known = self._row()["is_complete"]
        is_complete = pd.notna(known) and bool(known)
        figures = board_indices(self.frame())
        return self.render(
            "indices.html",
            figures=figures,
            beside_chance=_beside_chance(figures) if is_complete else "no_verdict",
            is_complete=is_complete,
        )

    def _covered(self) -> pd.DataFrame:
        """The board's seats by label."""
        board_id = str(self.state.board)
        names = ("boards", "seats", "seat_target_groups", "target_groups")
        return self.store.once(
            f"labels {board_id}",
            lambda: label_coverage(board_id, *(self.store[name] for name in names)),
        )

    def _labels(self) -> str:
        return self.render("seat_labels.html", totals=label_totals(self._covered()))

    def _seats(self) -> str:
        groups = self.store.group_names(self.lang)
        seats = self.store["seats"]
        own = seats[seats["board_id"] == self.state.board]
        spoken = self.store["seat_target_groups"]
        names = spoken["target_group_code"].map(groups).groupby(spoken["seat_id"]).agg(", ".join)
        return table(
            HtmlTable(
                id="seats",
                caption=self.text("view.representation.seats"),
                columns=[
                    Column(heading=self.text("column.holder")),
                    Column(heading=self.text("column.role")),
                    Column(heading=self.text("column.target_groups")),
                    Column(heading=self.text("column.is_counted")),
                ],
                rows=[
                    (
                        self._holder(row.organisation_name, row.sector),
                        self.text(f"role.{row.role}"),
                        names.get(
                            row.seat_id,
                            self.text("word.not_ngo" if row.holder == "other" else "word.unknown"),
                        ),
                        self.text(
                            "word.unclear"
                            if pd.isna(row.is_counted)
                            else ("word.yes" if row.is_counted else "word.no")
                        ),
                    )
                    for row in own.itertuples(index=False)
                ],
                empty=self.text("view.representation.seats_empty"),
            )
        )

    def _holder(self, name: object, sector: object) -> str:
        for known in (name, sector):
            if pd.notna(known):
                return str(known)
        return self.text("word.not_shown")


def _beside_chance(figures: BoardIndices) -> str:
    """Whether the board mirrors its area better than seats drawn by lot, as far as is shown."""
    if figures.rose is None or figures.rose_by_chance is None:
        return "same"
    difference = round(figures.rose, 2) - round(figures.rose_by_chance, 2)
    return "same" if abs(difference) < 0.005 else ("better" if difference > 0 else "worse")
