"""Two boards side by side, as two terms of one body are: who stayed, left and came."""

from __future__ import annotations

import pandas as pd
import panel as pn

from dashboards.markup import Column, HtmlTable
from dashboards.store import Store
from dashboards.texts import number, percent
from dashboards.view import View, labelled
from geo.terms import CHANGES, TermsCompared, terms_compared


def terms_part(view: View) -> pn.Column:
    """A heading, the list of boards to compare with, and what differs."""
    dropped = keep_other(view)
    picker = view.select("other_board", other_boards(view), key="terms.choose")
    picker.max_width = 720
    pane = view.html(lambda: _compared(view, dropped))

    def follow() -> None:
        nonlocal dropped
        dropped = keep_other(view)
        picker.options = labelled(other_boards(view))
        pane.object = _compared(view, dropped)

    def compare() -> None:
        pane.object = _compared(view, dropped if not view.state.other_board else "")

    view.on_change(follow, "board")
    view.on_change(compare, "other_board")
    return pn.Column(
        view.html(lambda: view.render("terms_head.html")),
        picker,
        pane,
        sizing_mode="stretch_width",
        margin=0,
    )


def other_boards(view: View) -> dict[str, str]:
    """Board to label: none, the other terms of the same body, the other boards of its level."""
    options = {"": view.text("terms.choose_none")}
    if not view.state.board:
        return options
    boards = view.store.boards.assign(body_id=view.store.analysis.bodies)
    own = boards[boards["board_id"] == view.state.board].iloc[0]
    others = boards[(boards["level"] == own["level"]) & (boards["board_id"] != own["board_id"])]
    is_term = others["body_id"] == own["body_id"]
    terms = others[is_term].sort_values(["term_start", "board_id"], ascending=False)
    for row in terms.to_dict("records"):
        options[row["board_id"]] = view.text("terms.same_option", name=row["name"])
    # Those of the own region first, and of these the ones of which most is known.
    rest = others[~is_term].assign(is_far=others["region_code"] != own["region_code"])
    rest = rest.sort_values(["is_far", "counted_rows", "name"], ascending=[True, False, True])
    return options | dict(zip(rest["board_id"], rest["name"], strict=True))


def keep_other(view: View) -> str:
    """Take back a board that cannot be compared with the chosen one; give it, or an empty text."""
    other = str(view.state.other_board)
    if other in other_boards(view):
        return ""
    view.state.other_board = ""
    return other if other != view.state.board else ""


def pair_of(store: Store, board_id: str, other_id: str) -> tuple[str, str]:
    """Two boards in the order in which they are compared: of one body the earlier term first."""
    boards = store.boards.assign(body_id=store.analysis.bodies).set_index("board_id")
    is_body = boards.loc[board_id, "body_id"] == boards.loc[other_id, "body_id"]
    starts = boards["term_start"].fillna("")
    if is_body and starts[other_id] <= starts[board_id]:
        return other_id, board_id
    return board_id, other_id


def _compared(view: View, dropped: str) -> str:
    store, board_id, other_id = view.store, str(view.state.board), str(view.state.other_board)
    boards = store.boards.assign(body_id=store.analysis.bodies).set_index("board_id")
    if not board_id or not other_id or other_id not in boards.index:
        name = boards.loc[dropped, "name"] if dropped in boards.index else ""
        return view.render("terms_none.html", dropped=name)
    is_body = boards.loc[board_id, "body_id"] == boards.loc[other_id, "body_id"]
    pair = pair_of(store, board_id, other_id)
    compared = terms_compared(
        *pair,
        store["boards"],
        store["seats"],
        store["seat_target_groups"],
        store["target_groups"],
    )
    kind = "body" if is_body else "pair"
    changes = compared.organisations["change"].value_counts()
    return view.render(
        "terms.html",
        kind=kind,
        names=[boards.loc[one, "name"] for one in pair],
        all_named=[compared.all_named_earlier, compared.all_named_later],
        complete=[compared.complete_earlier, compared.complete_later],
        changes={change: int(changes.get(change, 0)) for change in CHANGES},
        organisations=_organisations(view, compared, kind),
        groups=_groups(view, compared, kind),
    )


def _organisations(view: View, compared: TermsCompared, kind: str) -> HtmlTable:
    lang = view.lang
    return HtmlTable(
        id="terms-organisations",
        caption=view.text("terms.organisations"),
        columns=[
            Column(heading=view.text("terms.column.organisation")),
            Column(heading=view.text(f"terms.{kind}.heading")),
            Column(heading=view.text("terms.column.seats_1"), is_number=True),
            Column(heading=view.text("terms.column.seats_2"), is_number=True),
        ],
        rows=[
            (
                row.organisation_name,
                view.text(f"terms.{kind}.{row.change}"),
                number(row.seats_earlier, lang),
                number(row.seats_later, lang),
            )
            for row in compared.organisations.itertuples(index=False)
        ],
        empty=view.text("terms.organisations_empty"),
        note=view.text("terms.deputies"),
    )


def _groups(view: View, compared: TermsCompared, kind: str) -> HtmlTable:
    lang, names = view.lang, view.store.group_names(view.lang)
    groups = compared.groups
    seen = ["has_seat", "possible_seat"]
    is_seen = groups["standing_earlier"].isin(seen) | groups["standing_later"].isin(seen)
    notes = []
    if (groups["change"] == "possible").any():
        notes.append(view.text("terms.possible_note"))
    unseen = ", ".join(names[code] for code in groups.loc[~is_seen, "target_group_code"])
    if unseen:
        notes.append(view.text("terms.unseen", groups=unseen))
    return HtmlTable(
        id="terms-groups",
        caption=view.text("terms.groups"),
        columns=[
            Column(heading=view.text("column.target_group")),
            Column(heading=view.text(f"terms.{kind}.heading")),
            Column(heading=view.text("terms.column.seats_1"), is_number=True),
            Column(heading=view.text("terms.column.seats_2"), is_number=True),
            Column(heading=view.text("terms.column.seats_change"), is_number=True),
            Column(heading=view.text("terms.column.share_1"), is_number=True),
            Column(heading=view.text("terms.column.share_2"), is_number=True),
        ],
        rows=[
            (
                names[row.target_group_code],
                view.text(f"terms.{kind}.{row.change}"),
                _seats(view, row.seats_earlier, row.standing_earlier),
                _seats(view, row.seats_later, row.standing_later),
                _signed(row.seats_change, lang),
                percent(row.share_earlier, lang),
                percent(row.share_later, lang),
            )
            for row in groups[is_seen].itertuples(index=False)
        ],
        empty=view.text("terms.groups_empty"),
        note=" ".join(notes),
    )


def _seats(view: View, seats: object, standing: object) -> str:
    """The seats of a group, or that a row may be one."""
    if standing == "possible_seat":
        return view.text("terms.possible")
    return number(seats, view.lang, decimals=1)


def _signed(change: object, lang: str) -> str:
    written = number(change, lang, decimals=1)
    return f"+{written}" if pd.notna(change) and float(str(change)) > 0 else written
