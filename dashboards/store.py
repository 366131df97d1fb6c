"""The loaded tables and what is derived from them: one per process, read-only, shared by all."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from dashboards.analysis import Analysis
from dashboards.derived import derived
from dashboards.state import EVIDENCE_AGES, REACHES
from dashboards.texts import LANGUAGES
from geo.boards import board_area, board_completeness, boards_in_term, organisations_of_area
from geo.coverage import combined_evidence, county_states, coverage_status, criterion_states
from geo.freshness import freshness
from geo.matching import assign_municipality
from geo.organisation_fields import records_of_collection
from geo.organisation_search import search_texts
from geo.organisations import match_candidates, merged_records
from geo.population import residents_of_age
from geo.reach import counts_with_reach, organisations_reaching
from geo.recent_evidence import recent_evidence
from geo.representation import representation
from geo.services import (
    nearest_with_group,
    organisation_counts,
    register_completeness,
    target_group_matrix,
)
from geo.shares import Reference, reference_shares
from loaders import LoaderError, Settings, registry
from loaders.checks import broken_rows, link_faults
from loaders.embedded import read_table, table_path
from loaders.packages import CURRENT, cache_folder, has_held, package_in_use
from loaders.tables import TABLES

T = TypeVar("T")

OLD_AGE = 65
"""The youngest age of the group that the gaps are also counted in."""

MOST_AT_ONCE = 5_000
"""Records among which candidates are looked for while the page waits."""

MOST_CANDIDATES = 50
"""How many pairs of records are offered at once: more come when these are decided."""

MOST_SEEN = 24
"""Ways of looking at one store that are kept at once; those not asked for longest are let go."""

FILTERS = ("evidence", "reach", "group")
"""What `Store.seen` can look at otherwise."""


@dataclass(frozen=True)
class Notice:
    """Something the page must say: a text key, and what fills its blanks."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Store:
    """The tables of the model by name, where each came from, and what went wrong on the way."""

    tables: Mapping[str, pd.DataFrame]
    origins: Mapping[str, str]
    notices: tuple[Notice, ...]
    as_of: dt.date
    report: Mapping[str, Any] = field(default_factory=dict)
    """What the refresh that made the package in use said of it; empty without one."""
    is_operator: bool = False
    """Whether whoever opens the page may start a refresh and decide on organisations."""
    basemap_url: str = ""
    """The map service that browsers may ask for a background map; empty for none."""
    basemap_attribution: str = ""
    responsible: str = ""
    """The body that answers for the service; empty where it is not named."""
    feedback: str = ""
    """The e-mail or web address where it takes feedback; empty where there is none."""
    evidence_age: str = EVIDENCE_AGES[0]
    """Of how many years the evidence counts, of ``EVIDENCE_AGES``."""
    reach: str = REACHES[0]
    """Whether organisations of wider reach count in each municipality, of ``REACHES``."""
    group: str = ""
    """The target group of which alone the organisations count; empty for all of them."""
    whole: Store | None = field(default=None, repr=False, compare=False)
    """The store of which this one shows a part; None for the whole itself."""

    @classmethod
    def open(cls, *, settings: Settings | None = None, as_of: dt.date | None = None) -> Store:
        """Read every table: the user's own before the refreshed one before the embedded one.

        A table in ``data/own/`` or of the package in use that cannot be read leaves a notice and
        the next one. A table that cannot be read at all leaves a notice and an empty frame, and
        rows with codes that point nowhere are left out with a notice, so that the rest of the page
        still stands.

        Parameters
        ----------
        settings
            Where the tables lie; from the environment by default.
        as_of
            The day from which ages of evidence are counted; today by default.

        Raises
        ------
        LoaderError
            Not even the municipalities and their outlines could be read.
        """
        settings = settings or Settings.from_env()
        package, faults = package_in_use(settings)
        tables, origins = {}, {}
        inside = f"{cache_folder(settings)}/"
        notices = [
            # The page is for everyone: it names the file, not the folders above it.
            Notice("notice.snapshot", {"fault": fault.replace(inside, "cache/")})
            for fault in faults
        ]
        if has_held(settings):
            notices.append(Notice("notice.held", {}))
        folders = {"own": settings.data_dir / "own", "fixed": settings.data_dir / "fixed"}
        if package is not None:
            folders = {"own": folders["own"], "refreshed": package.path, "fixed": folders["fixed"]}
        for name, table in TABLES.items():
            for origin, folder in folders.items():
                is_optional = origin == "own" or not table.is_embedded
                if is_optional and not table_path(table, folder).exists():
                    continue
                try:
                    tables[name] = read_table(table, folder)
                    origins[name] = origin
                    break
                except LoaderError as error:
                    if origin == "fixed" and name in ("municipalities", "boundaries", "areas"):
                        raise
                    key = f"notice.{origin}_table"
                    fault = str(error).replace(f"{folder}/", f"{origin}/")
                    notices.append(Notice(key, {"table": name, "fault": fault}))
            else:
                tables[name] = table.empty()
                origins[name] = "none" if table.is_embedded else "empty"
        readable = [name for name, origin in origins.items() if origin != "none"]
        notices += _without_broken_rows(tables, readable)
        store = cls(
            tables,
            origins,
            tuple(notices),
            as_of or dt.date.today(),
            report=package.report if package else {},
            is_operator=settings.is_operator,
            basemap_url=settings.basemap_url,
            basemap_attribution=settings.basemap_attribution,
            responsible=settings.responsible,
            feedback=settings.feedback,
        )
        return replace(store, notices=(*store.notices, *store.source_notices()))

    def source_notices(self) -> list[Notice]:
        """What the sources themselves have to say: a fetch that failed, a place not found."""
        titles = {
            row["source_id"]: {f"title_{lang}": row[f"title_{lang}"] for lang in LANGUAGES}
            for _, row in self["sources"].iterrows()
        }
        failed = set(self["sources"].dropna(subset="fetch_notice")["source_id"])
        failures = self.report.get("failures") or {}
        # One that never gave anything has no row of its own. To import the sources takes its time.
        for source_id in set(failures) & set(registry.sources() if failures else ()):
            title = registry.source_module(source_id).SOURCE.title._asdict()
            titles.setdefault(source_id, {f"title_{lang}": title[lang] for lang in LANGUAGES})
            failed.add(source_id)
        notices = [
            Notice("notice.source_failed", titles[source_id]) for source_id in sorted(failed)
        ]
        aside = self["set_aside"]
        nobody = int((aside["reason"] == "population_unknown").sum())
        if nobody:
            notices.append(Notice("notice.no_population", {"count": nobody}))
        for fault in self.report.get("faults") or ():
            notices.append(Notice("notice.snapshot", {"fault": str(fault)}))
        lost = int(self.liaisons["municipality_code"].isna().sum())
        if lost:
            notices.append(Notice("notice.unmatched", {"table": "liaisons", "count": lost}))
        return notices

    def seen(
        self, *, evidence: str = EVIDENCE_AGES[0], reach: str = REACHES[0], group: str = ""
    ) -> Store:
        """The store as the filters show it, made once; what they leave alone is shared.

        Parameters
        ----------
        evidence
            Of ``EVIDENCE_AGES``: all evidence counts, or what is at most so many years old;
            undated evidence does not count then.
        reach
            Of ``REACHES``: with ``regional`` the organisations of a whole region or country are
            counted as local in each of its municipalities.
        group
            Code of a target group: only the organisations that serve it count. The tables stay
            as they are, and what is told by target group anyway, as the matrix is, tells of all.

        Raises
        ------
        ValueError
            There is no such target group.
        """
        whole = self.whole or self
        chosen = (evidence, reach, group)
        if chosen == (whole.evidence_age, whole.reach, whole.group):
            return whole
        if group and group not in set(whole["target_groups"]["target_group_code"]):
            raise ValueError(f"group is {group!r}; there is no such target group")
        return whole._seen(*chosen)

    @cached_property
    def _seen(self) -> Callable[[str, str, str], Store]:
        # Whatever is worked out of a part goes with it: addresses could ask for more than a
        # hundred of them, and of a whole country each holds some megabytes.
        return lru_cache(maxsize=MOST_SEEN)(self._part)

    def _part(self, evidence: str, reach: str, group: str) -> Store:
        tables = dict(self.tables)
        if evidence != EVIDENCE_AGES[0]:
            for name in ("evidence", "county_evidence"):
                tables[name] = self._recent(tables[name], evidence)
        return replace(
            self, tables=tables, evidence_age=evidence, reach=reach, group=group, whole=self
        )

    def for_group(self, group: str) -> Store:
        """The store as its own filters show it, but of this target group."""
        return self.seen(evidence=self.evidence_age, reach=self.reach, group=group)

    def followed(self, filters: tuple[str, ...]) -> Store:
        """The store that follows these of its filters and no other."""
        chosen = {"evidence": self.evidence_age, "reach": self.reach, "group": self.group}
        return self.seen(**{name: chosen[name] for name in FILTERS if name in filters})

    def _recent(self, evidence: pd.DataFrame, age: str) -> pd.DataFrame:
        if age == EVIDENCE_AGES[0]:
            return evidence
        return recent_evidence(evidence, as_of_year=self.as_of.year, max_age_years=int(age))

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @derived()
    def municipalities(self) -> gpd.GeoDataFrame:
        """The municipalities with their outlines: a GeoDataFrame in EPSG:4326, by code.

        A municipality without an outline stands here all the same, with an empty geometry.
        """
        outlines = self["boundaries"].set_index("municipality_code")["geometry"]
        frame = self["municipalities"].sort_values("municipality_code", ignore_index=True)
        shapes = outlines.reindex(frame["municipality_code"]).to_numpy()
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=self["boundaries"].crs)

    @derived()
    def liaisons(self) -> pd.DataFrame:
        """The liaisons with the municipality of today and, where it is gone, the former name."""
        return matched(self["liaisons"], self)

    @derived("evidence")
    def evidence(self) -> pd.DataFrame:
        """All findings: the evidence table and what liaison lists and boards tell."""
        found = combined_evidence(self["evidence"], liaisons=self.liaisons, boards=self["boards"])
        return self._recent(found, self.evidence_age)

    @cached_property
    def analysis(self) -> Analysis:
        """What is worked out of all this for the gaps and for representation."""
        return Analysis(self)

    @derived("evidence")
    def states(self) -> pd.DataFrame:
        """The state of each criterion in each municipality, as of the store's day."""
        return criterion_states(self.evidence, self.municipalities, as_of_year=self.as_of.year)

    @derived("evidence")
    def status(self) -> pd.DataFrame:
        """The ladder of each municipality, in the order of `municipalities`."""
        return coverage_status(self.states)

    @derived("evidence")
    def county_states(self) -> pd.DataFrame:
        """The state of each of SOSTE's asks in each county."""
        areas = self["areas"]
        counties = areas.loc[areas["level"] == "wellbeing_county", ["code"]].rename(
            columns={"code": "wellbeing_county_code"}
        )
        return county_states(self["county_evidence"], counties, as_of_year=self.as_of.year)

    @derived()
    def older_residents(self) -> pd.DataFrame:
        """Residents of 65 and over by municipality, in the order of `municipalities`."""
        return residents_of_age(self["population_by_age"], self.municipalities, age_from=OLD_AGE)

    @derived("group")
    def counted_areas(self) -> pd.DataFrame:
        """Where the organisations that count work: of the target group alone if one is chosen."""
        areas, served = self["organisation_areas"], self["organisation_target_groups"]
        if not self.group:
            return areas
        own = served.loc[served["target_group_code"] == self.group, "organisation_id"]
        return areas[areas["organisation_id"].isin(own)].reset_index(drop=True)

    @derived("reach", "group")
    def organisation_counts(self) -> pd.DataFrame:
        """Known organisations by municipality, of the target group if one is chosen."""
        if self.reach != REACHES[0]:
            near = self.seen(group=self.group).organisation_counts
            return counts_with_reach(near, population=self.municipalities["population"])
        return organisation_counts(self.municipalities, self.counted_areas)

    @derived("reach")
    def matrix(self) -> pd.DataFrame:
        """Known organisations by municipality and target group, with the nearest for zeros."""
        if self.whole:
            far = ["nearest_code", "nearest_km", "nearest_basis"]
            matrix = counts_with_reach(self.whole.matrix.drop(columns=far))
        else:
            matrix = target_group_matrix(
                self.municipalities,
                self["organisation_areas"],
                self["organisation_target_groups"],
                self["target_groups"],
            )
        return matrix.join(nearest_with_group(matrix, self["boundaries"]))

    @derived()
    def freshness(self) -> pd.Series:
        """Whether each source is fresh, due, overdue or unknown; index source_id."""
        sources = self["sources"]
        return freshness(sources, as_of=self.as_of).set_axis(sources["source_id"])

    @derived()
    def completeness(self) -> pd.Series:
        """How many of the known organisations have a known place and group."""
        return register_completeness(
            self["organisations"], self["organisation_areas"], self["organisation_target_groups"]
        )

    @derived()
    def records(self) -> pd.DataFrame:
        """What each source says of organisations, with the organisation that each record is of.

        Before a refresh these are the records of the embedded collection alone.
        """
        records = self["organisation_records"]
        if records.empty:
            records = records_of_collection(self["organisations"], self["organisation_areas"])
        if records["organisation_id"].notna().all():
            return records
        return merged_records(records, self["organisation_decisions"], **self.places)

    @derived()
    def _record_owners(self) -> np.ndarray:
        """The organisation of each record, as plain objects: compared ten times as fast."""
        return self.records["organisation_id"].to_numpy(dtype=object, na_value=None)

    def records_of(self, organisation_id: str) -> pd.DataFrame:
        """The records of one organisation."""
        return self.records[self._record_owners == organisation_id]

    @derived()
    def organisation_names(self) -> pd.Series:
        """The name of each organisation by its id, which also tells whether an id is known."""
        return self["organisations"].set_index("organisation_id")["name"]

    @derived()
    def search_texts(self) -> pd.DataFrame:
        """What a search for organisations looks in, a row per organisation."""
        return search_texts(self.records)

    @derived()
    def _search_for_candidates(self) -> Future[pd.DataFrame]:
        """The search, which takes some ten seconds for a whole country: in a thread of its own."""
        found: Future[pd.DataFrame] = Future()

        def search() -> None:
            try:
                found.set_result(self.candidates)
            except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
                found.set_exception(error)

        threading.Thread(target=search, name="candidates", daemon=True).start()
        return found

    def candidates_so_far(self) -> pd.DataFrame | None:
        """The candidates, or None while they are still being looked for in a large register."""
        if len(self.records) <= MOST_AT_ONCE:
            return self.candidates
        found = self._search_for_candidates
        return found.result() if found.done() else None

    @derived()
    def candidates(self) -> pd.DataFrame:
        """Records that may be of one organisation, the best MOST_CANDIDATES, for a person."""
        return match_candidates(
            self.records, self["organisation_decisions"], limit=MOST_CANDIDATES, **self.places
        )

    @derived()
    def places(self) -> dict[str, pd.DataFrame]:
        """The places that names of organisations may speak of."""
        return {
            "municipalities": self["municipalities"],
            "changes": self["municipality_changes"],
            "areas": self["areas"],
        }

    @derived()
    def boards(self) -> pd.DataFrame:
        """The boards with their completeness and, as of the store's day, their term."""
        boards = self["boards"]
        known = board_completeness(
            boards, self["seats"], self["seat_target_groups"], self["target_groups"]
        )
        own = [column for column in known if column not in boards.columns]
        return boards.join(known[own]).assign(term=boards_in_term(boards, self.as_of))

    @cached_property
    def overview(self) -> gpd.GeoDataFrame:
        """Municipalities, ladder, older residents and organisations side by side."""
        frame = self.municipalities.merge(self.status, on="municipality_code")
        older = self.older_residents
        frame = frame.assign(
            residents_65=older["residents"].array, residents_65_basis=older["basis"].array
        )
        return frame.merge(self.organisation_counts, on="municipality_code")

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    def organisations_of(
        self, *, region: str = "", municipality: str = "", group: str = ""
    ) -> pd.DataFrame:
        """The organisations of an area and target group, with what ties each to the area.

        Those that the counts of the municipality count; of no area and group all of them. Without
        a group of its own it is the one that the store is of. Columns organisation_id and relation
        (NA without an area).
        """
        group = group or self.group
        if region or municipality:
            found = organisations_reaching(
                self["organisation_areas"],
                self["municipalities"],
                municipality_code=municipality,
                region_code=region,
                with_reach=self.reach != REACHES[0],
            )
        else:
            found = self["organisations"][["organisation_id"]].assign(relation=pd.NA)
        if group:
            served = self["organisation_target_groups"]
            own = served.loc[served["target_group_code"] == group, "organisation_id"]
            found = found[found["organisation_id"].isin(own)]
        return found

    def once(self, key: str, make: Callable[[], T], *, follows: tuple[str, ...] = FILTERS) -> T:
        """What ``make`` gives, made once a process under its key: every session asks for it.

        ``follows`` names the filters that it depends on; for other choices of the others it is
        the same.
        """
        home = self.followed(follows)
        if home is not self:
            return home.once(key, make, follows=follows)
        if key not in self._made:
            self._made[key] = make()
        return cast("T", self._made[key])

    def reference(self, board_id: str) -> Reference:
        """What a board is held against: the known organisations of its area, by target group."""
        return self.once(
            f"reference {board_id}", lambda: self._reference(board_id), follows=("reach",)
        )

    def _reference(self, board_id: str) -> Reference:
        level, code = board_area(board_id, self["boards"])
        ids = organisations_of_area(
            level,
            code,
            self["organisations"],
            self["organisation_areas"],
            self["municipalities"],
            with_regional=self.reach != REACHES[0],
            with_national=self.reach != REACHES[0],
        )
        return reference_shares(ids, self["organisation_target_groups"], self["target_groups"])

    def representation(self, board_id: str) -> pd.DataFrame:
        """Seat shares of a board beside the reference shares of its area, a row per group."""
        return self.once(
            f"representation {board_id}",
            lambda: representation(
                board_id,
                self["boards"],
                self["seats"],
                self["seat_target_groups"],
                self["target_groups"],
                self.reference(board_id).shares,
            ),
            follows=("reach",),
        )

    def chosen(self, region: str) -> pd.Series:
        """Which rows of `municipalities` and `overview` are in the region; all for no region."""
        if not region:
            return pd.Series(True, index=self.municipalities.index)
        return self.municipalities["region_code"] == region

    def area_name(self, level: str, code: str, lang: str) -> str:
        """The name of a region or county in a language."""
        areas = self["areas"]
        rows = areas[(areas["level"] == level) & (areas["code"] == code)]
        return code if rows.empty else str(rows.iloc[0][f"name_{lang}"])

    def name_of(self, lang: str) -> dict[str, str]:
        """Municipality code to its name; there are no English names, Finnish ones stand in."""
        frame = self["municipalities"]
        column = "name_sv" if lang == "sv" else "name_fi"
        names = zip(frame["municipality_code"], frame[column], strict=True)
        return self.once(f"names {lang}", lambda: dict(names), follows=())

    def group_names(self, lang: str) -> dict[str, str]:
        """Target group code to its name."""
        frame = self["target_groups"]
        names = zip(frame["target_group_code"], frame[f"name_{lang}"], strict=True)
        return self.once(f"group names {lang}", lambda: dict(names), follows=())


def _without_broken_rows(tables: dict[str, pd.DataFrame], readable: list[str]) -> list[Notice]:
    """Leave out rows whose codes point nowhere, and say so; municipalities stay on the map.

    A table that could not be read has its own notice: nothing is held against it.
    """
    checked = {name: tables[name] for name in readable}
    notices = [Notice("notice.link", {"fault": fault}) for fault in link_faults(checked)]
    while True:  # a row may point to one that has just gone
        broken = {
            name: mask
            for name, mask in broken_rows(checked).items()
            if mask.any() and name != "municipalities"
        }
        if not broken:
            break
        for name, mask in broken.items():
            checked[name] = checked[name][~mask].reset_index(drop=True)
    tables |= checked
    return notices


def matched(frame: pd.DataFrame, store: Store) -> pd.DataFrame:
    """A source's rows with the municipality of today, where the source names a municipality.

    The name decides, since it alone tells of a former municipality; a code that the row brings
    along stands where the name is not known.
    """
    if "municipality_name" not in frame:
        return frame
    towns = store["municipalities"]
    named = assign_municipality(
        frame, towns, changes=store["municipality_changes"], name="municipality_name"
    )
    known = frame["municipality_code"].where(
        frame["municipality_code"].isin(towns["municipality_code"])
    )
    return named.assign(municipality_code=named["municipality_code"].fillna(known))


def data_stamp(settings: Settings | None = None) -> str:
    """What changes when other data is in use: the package named, and the age of own tables.

    Cheap, since every session asks; no file is read but the one that names the package.
    """
    settings = settings or Settings.from_env()
    ages = []
    # Only names and ages: what a file holds is looked at when it is read.
    for table in TABLES.values():
        with contextlib.suppress(FileNotFoundError):
            path = table_path(table, settings.data_dir / "own")
            ages.append(f"{path.name} {path.stat().st_mtime_ns}")
    current = cache_folder(settings) / CURRENT
    name = current.read_text(encoding="utf-8", errors="replace") if current.is_file() else ""
    return "\n".join([name, *ages])
