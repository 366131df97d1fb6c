"""The command `jarjestokartta election NOMINEES`: the election lab; nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from dashboards.commands.election_files import EXAMPLE, MAX_BYTES, election_file, read_election
from dashboards.commands.terminal import fail, print_rows
from dashboards.election_input import ElectionInput
from dashboards.election_results import (
    KNOWN_APPROVALS,
    MAX_SEATS,
    ElectionChoices,
    ElectionResults,
    election_results,
    known_seats,
)
from dashboards.store import Store
from dashboards.texts import MISSING, text
from geo.approval import ApprovalResult
from geo.composition import BODY_KINDS
from geo.councils import CouncilTradeOff
from geo.rule_comparison import RuleComparison
from loaders import LoaderError, Settings, SourceUnavailable

MOST_ROWS = 20
MAX_LINES_NAMED = 8
LANG = "en"


def register(app: typer.Typer) -> None:
    """Give the command line its command."""
    app.command()(election)


def election(
    nominees: Annotated[
        Path | None, typer.Argument(help="The list of nominees: CSV or xlsx.")
    ] = None,
    ballots: Annotated[
        Path | None, typer.Option(help="Anonymous approval ballots: CSV or xlsx.")
    ] = None,
    seats: Annotated[int | None, typer.Option(min=1, max=MAX_SEATS, help="Seats to fill.")] = None,
    approvals: Annotated[
        int, typer.Option(min=1, help="How many nominees a ballot may approve at most.")
    ] = KNOWN_APPROVALS,
    body: Annotated[str, typer.Option(help=f"One of {', '.join(BODY_KINDS)}.")] = "ngo_council",
    voters: Annotated[
        int | None, typer.Option(min=1, help="Ballots cast, to check votes where there are none.")
    ] = None,
    region: Annotated[
        str, typer.Option(help="Code of the region; else that of most nominees.")
    ] = "",
    least: Annotated[
        list[str] | None, typer.Option(help="Own rule: GROUP=N, at least N seats for the group.")
    ] = None,
    most: Annotated[
        list[str] | None, typer.Option(help="Own rule: GROUP=N, at most N seats for the group.")
    ] = None,
    example: Annotated[bool, typer.Option("--example", help="Take the invented example.")] = False,
) -> None:
    """Recount an election, compare rules, and lay the council beside every possible one."""
    try:
        store = Store.open(settings=Settings.from_env())
        files = _files(nominees, ballots, example=example)
        seats = seats or (known_seats(store) if example else None)
        if seats is None:
            raise LoaderError("The number of seats is needed: --seats 15")
        choices = ElectionChoices(
            seats=seats,
            approvals=approvals,
            body_kind=_known(body, BODY_KINDS, "body"),
            voters=voters,
            region=_region(region, store),
            group_seats=_bounds(least or [], most or [], store),
        )
    except LoaderError as error:
        fail(str(error))
    given = read_election(*files, store=store, approvals=approvals, is_example=example)
    _say_files(given)
    if not given.is_usable or given.members.empty:
        fail("The list of nominees cannot be used.")
    _say_results(election_results(given, choices, store), store)
    if given.has_ballot_file and given.ballots is None:
        fail("The ballots could not be used: the above is without them.")


def _files(
    nominees: Path | None, ballots: Path | None, *, example: bool
) -> tuple[bytes, bytes | None]:
    if example:
        if nominees is not None or ballots is not None:
            raise LoaderError("Give files or --example, not both.")
        bodies = [election_file(name) for name in EXAMPLE]
        if bodies[0] is None:
            raise LoaderError("The files of the example are not in this installation.")
        return bodies[0], bodies[1]
    if nominees is None:
        raise LoaderError("Give the list of nominees, or --example.")
    return _body(nominees), None if ballots is None else _body(ballots)


def _body(file: Path) -> bytes:
    """The file, and one byte more than is read where it is too large: the reader says so."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceUnavailable(f"{file} cannot be read ({error.strerror}).") from None


def _known(given: str, known: Iterable[str], what: str) -> str:
    if given not in (options := list(known)):
        raise LoaderError(f"--{what} {given!r}: expected one of {', '.join(options)}")
    return given


def _region(region: str, store: Store) -> str:
    areas = store["areas"]
    codes = areas.loc[areas["level"] == "region", "code"]
    return _known(region, ["", *codes], "region") if region else ""


def _bounds(
    least: Sequence[str], most: Sequence[str], store: Store
) -> tuple[tuple[str, int, int | None], ...]:
    """Own rules of the options: target group, least and most seats."""
    known = list(store["target_groups"]["target_group_code"])
    fewest, greatest = _numbers(least, known, "least"), _numbers(most, known, "most")
    bounds = tuple(
        (code, fewest.get(code, 0), greatest.get(code)) for code in {**fewest, **greatest}
    )
    crossed = [code for code, low, high in bounds if high is not None and low > high]
    if crossed:
        raise LoaderError(f"{', '.join(crossed)}: more seats at least than at most")
    return bounds


def _numbers(options: Sequence[str], known: Sequence[str], name: str) -> dict[str, int]:
    """The number of each group that an option names."""
    numbers = {}
    for option in options:
        parts = re.fullmatch(r"([^=]+)=([0-9]{1,3})", option)
        if parts is None:
            raise LoaderError(f"--{name} {option[:40]!r}: expected GROUP=N, such as KR1.1=2")
        numbers[_known(parts[1], known, name)] = int(parts[2])
    return numbers


# What is said


def _head(title: str) -> None:
    typer.echo(f"\n{title}")


def _say_files(given: ElectionInput) -> None:
    """What was taken, and every remark with its lines."""
    if given.is_example:
        typer.echo(text("lab.is_example", LANG))
    rows, taken = given.nominee_rows, 0 if given.nominees is None else len(given.nominees)
    typer.echo(f"nominees: {rows} rows, {taken} taken, {rows - taken} set aside")
    if given.ballots is not None:
        typer.echo(
            f"ballots: {given.ballot_rows} rows, {len(given.ballot_ids)} ballots count, "
            f"{given.ballots_set_aside} set aside; {len(given.ballots)} approvals count, "
            f"{given.approvals_set_aside} set aside"
        )
    keys = ["file", "reason", "text", "near"]
    told_of = []
    for key, lines in given.faults.groupby(keys, sort=False)["line"]:
        file, reason, what, near = key
        named = lines.dropna().astype(str)
        rest = len(named) - MAX_LINES_NAMED
        told = ", ".join(named.iloc[:MAX_LINES_NAMED]) + (f" and {rest} more" if rest > 0 else "")
        words = text(f"lab.reason.{reason}", LANG)
        told_of.append((file, reason, str(len(lines)), told, what, near, words))
    if told_of:
        print_rows(("file", "reason", "number", "lines", "text", "near", ""), told_of)


def _say_results(results: ElectionResults, store: Store) -> None:
    typer.echo(f"rules that can be computed: {', '.join(results.available) or 'none'}")
    if results.available == ("approval",):
        typer.echo(text("lab.can.totals_only", LANG))
    for part, reason in results.not_computed.items():
        told = results.told.get(part) or text(f"lab.why.{reason}", LANG)
        typer.echo(f"{part}: not computed. {told}")
    names = dict(zip(results.members["nominee_id"], results.members["organisation"], strict=True))
    if results.comparison is not None:
        if results.comparison.approval is not None:
            _say_recount(results.comparison.approval, results.arithmetic)
        _say_rules(results.comparison)
        _say_groups(results, store)
    if results.composition is not None:
        _say_composition(results.composition)
    if results.councils is not None:
        _say_councils(results.councils, names)


def _say_recount(recount: ApprovalResult, arithmetic: pd.DataFrame) -> None:
    _head("recount by approval voting")
    rows = recount.nominees.sort_values(["rank", "organisation"], kind="stable")
    print_rows(
        ("organisation", "votes", "rank", "outcome", "recorded"),
        (
            (row.organisation, _n(row.votes), _n(row.rank), row.outcome, _yes(row.is_elected))
            for row in rows.itertuples(index=False)
        ),
    )
    if recount.tied:
        typer.echo(
            f"tie: {recount.tied} nominees with {_n(recount.threshold_votes)} votes share "
            f"{_n(recount.open_seats)} seats; {_n(recount.possible_outcomes)} possible results"
        )
    for row in recount.contradictions.itertuples(index=False):
        typer.echo(f"contradiction: {row.organisation}: votes and recorded result differ")
    for row in arithmetic.itertuples(index=False):
        typer.echo(f"does not add up: {row.check}: {_n(row.votes)} votes, at most {_n(row.limit)}")


def _say_rules(comparison: RuleComparison) -> None:
    _head(f"rules compared (against: {comparison.baseline})")
    figures = ["councils", "tied", "left_out", "let_in", "open", "groups_without_seat",
               "mean_elected_approvals", "least_elected_approvals", "without_elected"]  # fmt: skip
    print_rows(
        ("rule", *(name.replace("_", " ") for name in figures)),
        (
            (row["rule"], *(_n(row[name]) for name in figures))
            for _, row in comparison.rules.iterrows()
        ),
    )
    said = {
        "left_out": "left out for sure",
        "let_in": "let in for sure",
        "open": "hang on a tie",
    }
    for (rule, change), those in comparison.changes.groupby(["rule", "change"], sort=False):
        typer.echo(f"{rule}: {said[change]}: {', '.join(those['organisation'])}")


def _say_groups(results: ElectionResults, store: Store) -> None:
    comparison = results.comparison
    if comparison is None:
        return
    _head("seats by target group")
    rules = list(comparison.rules["rule"])
    by_rule = comparison.groups.set_index(["rule", "target_group_code"])
    base = by_rule.loc[comparison.baseline]
    names = store.group_names(LANG)
    expected = {} if results.chance is None else results.chance["expected_seats"].to_dict()
    print_rows(
        ("group", "nominees", "fair by votes", *rules, "by lot"),
        (
            (
                names.get(code, code),
                _n(row["nominees"]),
                _n(row["fair_seats_by_votes"]),
                *(_n(by_rule.loc[(rule, code), "seats"]) for rule in rules),
                _n(expected.get(code)),
            )
            for code, row in base[base["nominees"] > 0].iterrows()
        ),
    )


def _say_composition(checked: pd.DataFrame) -> None:
    _head("rules of composition")
    plain = checked.astype(object).where(checked.notna(), None)
    print_rows(
        ("rule", "law", "force", "of", "at least", "found", "holds"),
        (
            (
                row.rule_id,
                text(f"lab.law.{row.law}", LANG) if row.law else "own rule",
                row.force,
                row.subject or "",
                _n(row.least),
                _n(row.found),
                row.reason or _yes(row.holds),
            )
            for row in plain.itertuples(index=False)
        ),
    )


def _say_councils(councils: CouncilTradeOff, names: dict[str, str]) -> None:
    _head("every possible council")
    known = "" if councils.is_complete else "; not every point is proven"
    typer.echo(
        f"{councils.councils} councils of {councils.seats} from {councils.nominees} nominees "
        f"({councils.method}{known})"
    )
    if councils.councils_possible is not None:
        typer.echo(f"meeting the binding rules: {councils.councils_possible}")
    print_rows(
        ("votes lost", "Rose index", "groups seated", "councils", "example"),
        (
            (
                _n(row.votes_lost),
                f"{row.rose:.3f}",
                _n(row.groups_seated),
                _n(row.councils),
                ", ".join(names[one] for one in row.example),
            )
            for row in councils.front.itertuples(index=False)
        ),
    )
    real = councils.real
    if real is None:
        typer.echo(f"the recorded council cannot be placed: {councils.real_reason}")
        return
    typer.echo(
        f"the recorded council: {_n(real.votes_lost)} votes lost, Rose index {real.rose:.3f}, "
        f"{real.groups_seated} groups seated; on the front: {_yes(real.is_on_front)}; "
        f"better ones: {_n(real.dominated_by)}"
    )
    swaps = councils.swaps
    if swaps is None or swaps.empty:
        return
    _head(f"swaps of one member, the first {min(MOST_ROWS, len(swaps))} of {len(swaps)}")
    print_rows(
        ("out", "in", "votes", "Rose index", "gains a seat", "loses it", "binding rules hold"),
        (
            (
                names[row.out_id],
                names[row.in_id],
                _n(row.votes_change),
                f"{row.rose_change:+.3f}",
                ", ".join(row.groups_gained),
                ", ".join(row.groups_lost),
                _yes(row.is_feasible),
            )
            for row in swaps.head(MOST_ROWS).itertuples(index=False)
        ),
    )


def _n(value: Any) -> str:
    """A number as other programs read it; a dash where nothing is known."""
    if pd.isna(value):
        return MISSING
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _yes(flag: Any) -> str:
    return "not known" if pd.isna(flag) else "yes" if flag else "no"
