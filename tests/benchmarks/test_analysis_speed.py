"""How fast the analyses are for a whole country, against plain ways to the same in the same run.

The seconds are in the report's extra_info: 308 municipalities, 110,000 invented organisations. The
aims on two cores are 0.5 s for profile, ladder, matrix and gaps together, 1 s for sixteen readings
and 5 s for ten first contacts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from geo.coverage import coverage_status, criterion_states, gap_totals
from geo.first_contacts import first_contacts
from geo.profiles import profile_matrix
from geo.sensitivity import READINGS, gap_readings, gap_sensitivity
from geo.services import organisation_counts, target_group_matrix
from loaders.tables import CRITERIA

MUNICIPALITIES, REGIONS, GROUPS, ORGANISATIONS, FINDINGS = 308, 19, 15, 110_000, 3_000


@pytest.fixture(scope="module")
def country() -> dict[str, pd.DataFrame]:
    """A country of the size of Finland: invented organisations, evidence and neighbours."""
    random = np.random.default_rng(2026)
    codes = np.array([f"{code:03}" for code in range(MUNICIPALITIES)])
    ids = np.array([f"o{number:06}" for number in range(ORGANISATIONS)])
    towns = pd.DataFrame(
        {
            "municipality_code": codes,
            "region_code": [f"{at % REGIONS:02}" for at in range(MUNICIPALITIES)],
        },
        dtype="string",
    ).assign(population=pd.array(random.integers(700, 200_000, MUNICIPALITIES), dtype="Int64"))
    places = pd.DataFrame(
        {
            "organisation_id": np.concatenate([ids, ids, ids[:2_000]]),
            "relation": ["domiciled"] * ORGANISATIONS
            + ["stated"] * ORGANISATIONS
            + ["regional"] * 2_000,
            "area_code": np.concatenate(
                [
                    random.choice(codes, 2 * ORGANISATIONS),
                    random.choice(towns["region_code"].to_numpy(dtype=object), 2_000),
                ]
            ),
        },
        dtype="string",
    )
    served = pd.DataFrame(
        {
            "organisation_id": np.repeat(ids, 2),
            "target_group_code": [f"G{n}" for n in random.integers(0, GROUPS, 2 * ORGANISATIONS)],
        },
        dtype="string",
    )
    evidence = pd.DataFrame(
        {
            "municipality_code": random.choice(codes, FINDINGS),
            "criterion": random.choice(CRITERIA, FINDINGS),
            "answer": random.choice(["yes", "no", "asked_no_answer"], FINDINGS),
        },
        dtype="string",
    ).assign(year=pd.array(random.integers(2015, 2027, FINDINGS), dtype="Int64"))
    # A map of 22 by 14 squares: each is the neighbour of those beside, above and below.
    pairs = [(at, at + 1) for at in range(MUNICIPALITIES) if at % 22 != 21]
    pairs += [(at, at + 22) for at in range(MUNICIPALITIES - 22)]
    one, other = np.array(pairs).T
    neighbours = pd.DataFrame(
        {
            "municipality_code": codes[np.r_[one, other]],
            "neighbour_code": codes[np.r_[other, one]],
        },
        dtype="string",
    )
    groups = pd.DataFrame({"target_group_code": [f"G{at}" for at in range(GROUPS)]})
    return {
        **{"towns": towns, "places": places, "served": served},
        **{"evidence": evidence, "groups": groups, "neighbours": neighbours},
    }


def timed(task: Callable[..., Any], *inputs: Any, **options: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    result = task(*inputs, **options)
    return result, time.perf_counter() - start


def all_gaps(country: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Profile, ladder, counts, matrix and gaps: what the pages of gaps and groups stand on."""
    towns = country["towns"]
    states = criterion_states(country["evidence"], towns, as_of_year=2026)
    profile_matrix(states)
    organisation_counts(towns, country["places"])
    target_group_matrix(towns, country["places"], country["served"], country["groups"])
    return gap_totals(coverage_status(states), towns["population"])


def counted_by_merging(country: dict[str, pd.DataFrame]) -> pd.Series:
    """Local organisations by municipality and group, as one would write it down in pandas."""
    keys = ["area_code", "target_group_code"]
    local = country["places"][country["places"]["relation"].isin(["domiciled", "stated"])]
    links = local.merge(country["served"], on="organisation_id")
    return links.drop_duplicates([*keys, "organisation_id"]).groupby(keys).size()


def test_all_gaps_of_a_country_take_no_more_than_two_merges_of_its_register(
    benchmark: BenchmarkFixture, country: dict[str, pd.DataFrame]
) -> None:
    all_gaps(country)  # imports and caches are not what is measured
    totals, seconds = benchmark.pedantic(timed, args=(all_gaps, country), rounds=1)
    assert totals.set_index("part").loc["all", "municipalities"] == MUNICIPALITIES
    merged, merge_seconds = timed(counted_by_merging, country)
    matrix = target_group_matrix(*(country[name] for name in ("towns", "places", "served")),
                                 country["groups"])  # fmt: skip
    assert matrix["local"].sum() == merged.sum()
    benchmark.extra_info |= {
        "seconds": round(seconds, 3),
        "ratio_to_a_merge": round(seconds / merge_seconds, 2),
    }
    assert seconds / merge_seconds < 2


def test_sixteen_readings_take_less_than_sixteen_times_one(
    benchmark: BenchmarkFixture, country: dict[str, pd.DataFrame]
) -> None:
    towns = country["towns"]
    states = criterion_states(country["evidence"], towns, as_of_year=2026)
    counts = organisation_counts(towns, country["places"])

    def read() -> pd.DataFrame:
        return gap_sensitivity(gap_readings(states, towns, counts))

    read()
    sensitivity, seconds = benchmark.pedantic(timed, args=(read,), rounds=1)
    assert sensitivity["gaps"].between(0, len(READINGS)).all()
    _, one = timed(coverage_status, states)
    benchmark.extra_info |= {"seconds": round(seconds, 3), "ratio_to_one": round(seconds / one, 1)}
    assert seconds / one < len(READINGS)


def test_ten_first_contacts_take_no_longer_than_forty_trials_of_every_pair(
    benchmark: BenchmarkFixture, country: dict[str, pd.DataFrame]
) -> None:
    towns, neighbours = country["towns"], country["neighbours"]
    gaps = pd.DataFrame(
        {
            "municipality_code": towns["municipality_code"],
            "is_gap": True,
            "weight": towns["population"],
        }
    )
    found, seconds = benchmark.pedantic(
        timed, args=(first_contacts, gaps, 10), kwargs={"neighbours": neighbours}, rounds=1
    )
    assert found.status == "optimal"
    assert len(found.contacts) == 10

    place = {code: at for at, code in enumerate(towns["municipality_code"])}
    reach = [{at} for at in range(MUNICIPALITIES)]
    for one, other in neighbours.itertuples(index=False):
        reach[place[one]].add(place[other])
    people = towns["population"].to_numpy(dtype=int)

    def best_pair() -> int:
        return max(
            sum(people[at] for at in reach[one] | reach[other])
            for one, other in combinations(range(MUNICIPALITIES), 2)
        )

    best, pair_seconds = timed(best_pair)
    assert first_contacts(gaps, 2, neighbours=neighbours).reached == best
    benchmark.extra_info |= {
        "seconds": round(seconds, 3),
        "ratio_to_every_pair": round(seconds / pair_seconds, 2),
    }
    assert seconds / pair_seconds < 40
