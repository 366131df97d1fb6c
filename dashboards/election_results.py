"""What is worked out of an election: geo's functions one after another, each fault told apart.

Files are read in ``dashboards.commands.election``; nothing is drawn or worded here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from dashboards.election_input import ElectionInput
from dashboards.store import Store
from geo.approval import RULES, approval_votes, ballot_arithmetic, rules_available
from geo.boards import organisations_of_area
from geo.chance import chance_baseline
from geo.composition import CompositionRule, rules_for
from geo.composition_checks import rules_checked
from geo.councils import CouncilTradeOff, council_count, council_trade_off
from geo.errors import GeoError
from geo.funnel import funnel
from geo.rule_comparison import RECORDED, RuleComparison, rules_compared
from geo.shares import Reference, reference_shares

MAX_SEATS = 500

MOST_SECONDS = 10.0
"""How long the best councils are looked for where they are too many to look at each."""

KNOWN_BOARD = "vs_sote_nk"
"""The council of Varsinais-Suomi's health and social NGOs, whose election is known in part."""
KNOWN_NOMINEES, KNOWN_VOTERS, KNOWN_APPROVALS = 26, 66, 10
"""Its election of September 2020: nominees, voting NGOs, and approvals of each.

The source is among the project's founding documents; names of nominees and ballots are not public.
"""
# Innokylä: "Maakunnallisen sote-järjestöjen neuvottelukunnan perustaminen ja toiminta"
KNOWN_SOURCE = "seed_documents"

OWN_RULE = "own_"
"""How the id of a rule of the user's own begins; the code of its target group follows."""

_T = TypeVar("_T")

# Every council takes some hundred megabytes for seconds: one session after the other.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class ElectionChoices:
    """What is asked besides the files; ``voters`` only checks the votes, None: not known."""

    seats: int
    approvals: int
    body_kind: str
    voters: int | None = None
    region: str = ""
    group_seats: tuple[tuple[str, int, int | None], ...] = ()
    """Rules of one's own, binding: target group, least seats, most seats (None: no bound)."""


@dataclass(frozen=True, kw_only=True)
class ElectionResults:
    """What could be worked out, and the reasons why the rest could not, by part.

    ``not_computed`` maps ``rules``, ``proportional``, ``chance``, ``composition``, ``councils`` or
    ``funnel`` to a reason: ``no_votes``, ``fewer_nominees``, ``no_groups``, ``no_reference``,
    ``no_council`` or ``too_much``; ``told`` has geo's own words of the last.
    ``council_of`` is the rule whose council the rules of composition are held against.
    """

    given: ElectionInput
    choices: ElectionChoices
    members: pd.DataFrame
    region: str
    reference: Reference
    available: tuple[str, ...]
    comparison: RuleComparison | None
    arithmetic: pd.DataFrame
    chance: pd.DataFrame | None
    composition: pd.DataFrame | None
    council_of: str | None
    councils: CouncilTradeOff | None
    funnel: pd.DataFrame | None
    not_computed: dict[str, str]
    told: dict[str, str]


def known_seats(store: Store) -> int | None:
    """Seats of the known council; None where the store does not know the board."""
    boards = store["boards"]
    seats = boards.loc[boards["board_id"] == KNOWN_BOARD, "seats_total"].dropna()
    return None if seats.empty else int(seats.iloc[0])


def election_results(
    given: ElectionInput, choices: ElectionChoices, store: Store
) -> ElectionResults:
    """Work out all that the files allow; takes seconds, so never on the thread of the server.

    Parameters
    ----------
    given
        The files; its nominees must be usable.
    choices
        Seats, approvals, kind of body.
    store
        Target groups, municipalities and the organisations to hold councils against.

    Returns
    -------
    ElectionResults
        Whatever one part cannot be computed from leaves the others standing.
    """
    with _one_at_a_time:
        return _Working(given, choices, store).results()


class _Working:
    """One election being worked out: the parts so far, and the reasons for those that fail."""

    def __init__(self, given: ElectionInput, choices: ElectionChoices, store: Store) -> None:
        self.given, self.choices, self.store = given, choices, store
        self.members = given.members.reset_index(drop=True)
        self.groups = given.nominee_groups[
            given.nominee_groups["nominee_id"].isin(self.members["nominee_id"])
        ]
        self.region = choices.region or _commonest_region(self.members, store)
        self.reference = _reference(self.region, store)
        self.not_computed: dict[str, str] = {}
        self.told: dict[str, str] = {}

    def results(self) -> ElectionResults:
        available = rules_available(
            has_totals=bool(self.members["votes"].notna().any()),
            has_ballots=bool(self.given.ballot_ids),
        )
        comparison = self._comparison(available)
        council_of, council = _council(comparison)
        return ElectionResults(
            given=self.given,
            choices=self.choices,
            members=self.members,
            region=self.region,
            reference=self.reference,
            available=available,
            comparison=comparison,
            arithmetic=self._arithmetic(),
            chance=self._chance(),
            composition=self._composition(council_of, council),
            council_of=council_of,
            councils=self._councils(),
            funnel=self._funnel(comparison, council_of),
            not_computed=self.not_computed,
            told=self.told,
        )

    def _part(self, part: str, compute: Callable[[], _T]) -> _T | None:
        """A part, or None with the reason kept, where geo refuses it."""
        try:
            return compute()
        except GeoError as error:
            self.not_computed[part] = "too_much"
            self.told[part] = str(error)
            return None

    def _comparison(self, available: tuple[str, ...]) -> RuleComparison | None:
        if not available and not self.members["is_elected"].fillna(False).any():
            self.not_computed["rules"] = "no_votes"
            return None
        if available == RULES:
            ballots, ids = self._member_ballots(), self.given.ballot_ids
            compared = self._part(
                "proportional", lambda: self._compared(self.members, ballots=ballots, ids=ids)
            )
            if compared is not None:
                return compared
        # Where ballots are too many for the other rules, their votes can still be recounted.
        return self._part("rules", lambda: self._compared(self._with_counted_votes()))

    def _compared(
        self,
        members: pd.DataFrame,
        *,
        ballots: pd.DataFrame | None = None,
        ids: tuple[str, ...] | None = None,
    ) -> RuleComparison:
        groups, seats = self.store["target_groups"], self.choices.seats
        return rules_compared(members, self.groups, groups, seats, ballots=ballots, ballot_ids=ids)

    def _member_ballots(self) -> pd.DataFrame:
        """Approvals of those who stand for seats; a deputy is no choice here."""
        ballots = self.given.ballots
        if ballots is None:
            raise ValueError("there are no ballots")
        return ballots[ballots["nominee_id"].isin(self.members["nominee_id"])]

    def _arithmetic(self) -> pd.DataFrame:
        """What does not add up in the votes of the list; with ballots these are counted anew."""
        voters, votes = self.choices.voters, self.members.set_index("nominee_id")["votes"]
        if self.given.ballot_ids or not voters:
            return ballot_arithmetic(votes.iloc[:0], voters=1, approvals=1)
        return ballot_arithmetic(votes, voters=voters, approvals=self.choices.approvals)

    def _chance(self) -> pd.DataFrame | None:
        """What a lot would give each group that anybody speaks for."""
        seats, nominees = self.choices.seats, len(self.members)
        if seats > nominees:
            self.not_computed["chance"] = "fewer_nominees"
            return None
        speakers = self.groups["target_group_code"].value_counts(sort=False)
        return self._part("chance", lambda: chance_baseline(speakers, nominees, seats))

    def rules(self) -> tuple[CompositionRule, ...]:
        """The rules of law on such a body in the area, and the user's own."""
        towns = self.store["municipalities"]
        if self.region:
            towns = towns[towns["region_code"] == self.region]
        by_law = rules_for(
            self.choices.body_kind, municipality_codes=list(towns["municipality_code"])
        )
        own = (
            CompositionRule(
                id=f"{OWN_RULE}{code}",
                kind="group_seats",
                force="binding",
                codes=(code,),
                least=least,
                most=most,
            )
            for code, least, most in self.choices.group_seats
        )
        return (*by_law, *own)

    def _composition(
        self, council_of: str | None, council: list[str] | None
    ) -> pd.DataFrame | None:
        if council is None:
            self.not_computed["composition"] = "no_council"
            return None
        everyone = self.given.nominees
        if everyone is None:
            return None
        # Deputies are looked at on their own, as far as the file says who was elected.
        is_deputy = (everyone["role"] == "deputy") & everyone["is_elected"].fillna(False)
        seated = everyone[everyone["nominee_id"].isin(council) | is_deputy]
        return self._part(
            "composition",
            lambda: rules_checked(seated, self.given.nominee_groups, self.rules()),
        )

    def _councils(self) -> CouncilTradeOff | None:
        seats, shares = self.choices.seats, self.reference.shares
        reason = None
        if council_count(self.members, seats) == 0:
            reason = "fewer_nominees"
        elif not self.reference.with_group:
            reason = "no_reference"
        elif not self.groups["target_group_code"].isin(shares["target_group_code"]).any():
            reason = "no_groups"
        if reason:
            self.not_computed["councils"] = reason
            return None
        return self._part(
            "councils",
            lambda: council_trade_off(
                self._with_all_votes(),
                self.groups,
                shares,
                seats,
                rules=self.rules(),
                most_seconds=MOST_SECONDS,
            ),
        )

    def _funnel(
        self, comparison: RuleComparison | None, council_of: str | None
    ) -> pd.DataFrame | None:
        """From the residents of the area to the seats, as far as groups are known."""
        if comparison is None or council_of is None or self.groups.empty:
            return None
        seated = comparison.group_seats[council_of]
        held = seated.groups.set_index("target_group_code")
        named = held["nominee_parts"]
        shares = self.reference.shares.set_index("target_group_code")
        people = self.store.analysis.group_residents
        inside = self.store.municipalities["municipality_code"][self.store.chosen(self.region)]
        people = people[people["municipality_code"].isin(inside)]
        # One municipality that is not known makes the sum unknown, not smaller.
        residents = people.groupby("target_group_code", sort=False)["residents"].agg(
            lambda numbers: numbers.sum(skipna=False)
        )
        return self._part(
            "funnel",
            lambda: funnel(
                {
                    "population": residents.reindex(shares.index),
                    "organisations": shares["organisation_parts"],
                    "voters": None,  # anonymous ballots do not tell who voted
                    # Nobody named is not nobody where some are not known for whom they speak.
                    "nominees": named.mask(named == 0) if seated.nominees_unknown else named,
                    "elected": held["seats"],
                }
            ),
        )

    def _with_counted_votes(self) -> pd.DataFrame:
        """The nominees with the votes of the ballots, if there are any, else of the list."""
        if not self.given.ballot_ids:
            return self.members
        counted = approval_votes(
            self.members, self._member_ballots(), ballot_ids=self.given.ballot_ids
        )
        return self.members.assign(votes=counted["votes"])

    def _with_all_votes(self) -> pd.DataFrame:
        """The same without votes, where they are not known of everyone: councils want all."""
        counted = self._with_counted_votes()
        is_known = bool(counted["votes"].notna().all())
        return counted if is_known else counted.assign(votes=pd.NA)


def _council(comparison: RuleComparison | None) -> tuple[str | None, list[str] | None]:
    """The real council, or the one that the votes alone decide; else none is told apart."""
    if comparison is None:
        return None, None
    rows = comparison.nominees
    for rule in (RECORDED, "approval"):
        if rule in rows and rows[rule].isin(["elected", "not_elected"]).all():
            return rule, rows.loc[rows[rule] == "elected", "nominee_id"].tolist()
    return None, None


def _commonest_region(members: pd.DataFrame, store: Store) -> str:
    """The region that most nominees come from; none where two tie, or no place is known."""
    towns = store["municipalities"].set_index("municipality_code")["region_code"]
    found = members["municipality_code"].map(towns).value_counts()
    is_clear = len(found) == 1 or (len(found) > 1 and found.iloc[0] > found.iloc[1])
    return str(found.index[0]) if is_clear else ""


def _reference(region: str, store: Store) -> Reference:
    """The known organisations of a region, or of all regions, shared out among target groups."""

    def make() -> Reference:
        organisations = store["organisations"]
        ids = (
            organisations_of_area(
                "region",
                region,
                organisations,
                store["organisation_areas"],
                store["municipalities"],
            )
            if region
            else organisations["organisation_id"]
        )
        return reference_shares(ids, store["organisation_target_groups"], store["target_groups"])

    return store.once(f"reference of region {region}", make)
