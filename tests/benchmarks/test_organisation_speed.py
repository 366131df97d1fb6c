"""How fast a whole country's records are put together, against one plain reading of their names.

Seconds say more of the machine than of the code, so only ratios are looked at; memory is the same
on every machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from geo.organisation_names import normalised_name
from geo.organisations import match_candidates, merged_records
from loaders.tables import ORGANISATION_DECISIONS, ORGANISATION_RECORDS

REGISTERED, IN_PTV, MUNICIPALITIES = 85_000, 25_000, 308
MAX_MB = 700

_SYLLABLES = [first + last for first in "klmnprstvj" for last in "aoäi"]
_ENDINGS = {"la": "lan", "nen": "sen", "järvi": "järven", "niemi": "niemen", "mäki": "mäen"}
_KINDS = (
    *("Eläkeläiset", "Reumayhdistys", "Sydänyhdistys", "Omaishoitajat", "Martat", "Invalidit"),
    *("Näkövammaiset", "Muistiyhdistys", "Diabetesyhdistys", "Nuorisoseura", "Urheilijat"),
    *("Metsästysseura", "Kyläyhdistys", "Kotiseutuyhdistys", "Taideyhdistys", "Naiskuoro"),
    *("Hiihtoseura", "Moottorikerho", "Shakkikerho", "Yrittäjät", "Mielenterveysyhdistys"),
    *("Setlementti", "Ystäväpalvelu", "Vanhustuki"),
)


def country() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Invented municipalities, and the records of two sources, the second a part of the first."""
    random = np.random.default_rng(2026)

    def words(count: int, size: int) -> list[str]:
        return ["".join(random.choice(_SYLLABLES, size)).capitalize() for _ in range(count)]

    endings = random.choice(list(_ENDINGS), MUNICIPALITIES)
    stems = list(dict.fromkeys(words(3 * MUNICIPALITIES, 4)))[:MUNICIPALITIES]
    towns = pd.DataFrame(
        {
            "municipality_code": [f"{code:03}" for code in range(1, MUNICIPALITIES + 1)],
            "name_fi": [stem + end for stem, end in zip(stems, endings, strict=True)],
            "name_sv": [stem + "by" for stem in stems],
        },
        dtype="string",
    )
    genitives = [stem + _ENDINGS[end] for stem, end in zip(stems, endings, strict=True)]
    # Few large towns and many small ones, as it is.
    weights = 1 / np.arange(1, MUNICIPALITIES + 1)
    homes = random.choice(MUNICIPALITIES, REGISTERED, p=weights / weights.sum())
    villages = words(6_000, 3)
    names = [
        f"{genitives[home] if one < 0.5 else villages[int(one * 6_000)] + 'n'} "
        f"{villages[int(other * 6_000)] + ' ' if other < 0.4 else ''}{kind} ry"
        for home, one, other, kind in zip(
            homes,
            random.random(REGISTERED),
            random.random(REGISTERED),
            random.choice(_KINDS, REGISTERED),
            strict=True,
        )
    ]
    codes = towns["municipality_code"].to_numpy()[homes]
    numbers = pd.Series([_business_id(number) for number in range(REGISTERED)])
    register = pd.DataFrame(
        {
            "record_id": [f"register:{number}" for number in range(REGISTERED)],
            "source_id": "association_register",
            "name": names,
            "business_id": numbers.where(random.random(REGISTERED) < 0.6),
            "register_number": [str(number) for number in range(REGISTERED)],
            "municipality_code": codes,
        }
    )
    part = register.sample(IN_PTV, random_state=1)
    ptv = pd.DataFrame(
        {
            "record_id": [f"ptv:{number:08}" for number in range(IN_PTV)],
            "source_id": "ptv_organisations",
            "name": [_misspelt(name, random) for name in part["name"]],
            "business_id": part["business_id"].where(random.random(IN_PTV) < 0.7).to_numpy(),
        }
    )
    records = pd.concat([register, ptv], ignore_index=True).assign(source_url="x")
    records = records.reindex(columns=list(ORGANISATION_RECORDS.columns))
    return towns, records.astype(ORGANISATION_RECORDS.dtypes)


def _business_id(number: int) -> str | None:
    """An invented code with the right check digit; None where there is none."""
    digits = f"{number:07}"
    weights = (7, 9, 10, 5, 8, 4, 2)
    rest = sum(w * int(digit) for w, digit in zip(weights, digits, strict=True)) % 11
    return None if rest == 1 else f"{digits}-{(11 - rest) % 11}"


def _misspelt(name: str, random: np.random.Generator) -> str:
    bare = name.removesuffix(" ry") if random.random() < 0.5 else name
    at = int(random.integers(1, len(bare) - 3))
    return bare[:at] + bare[at + 1 :] if random.random() < 0.2 else bare


def put_together(records: pd.DataFrame, towns: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    none = ORGANISATION_DECISIONS.empty()
    normalised_name.cache_clear()
    merged = merged_records(records, none, municipalities=towns)
    return merged, match_candidates(merged, none, municipalities=towns)


def plainly_read(records: pd.DataFrame) -> int:
    """Every name read once by a plain loop: what nobody who compares names can do without."""
    word = re.compile(r"\w+")
    return sum(
        len(word.findall(unicodedata.normalize("NFKC", name).casefold()))
        for name in records["name"]
    )


def timed(task: Callable[..., Any], *inputs: Any) -> tuple[Any, float]:
    start = time.process_time()
    result = task(*inputs)
    return result, time.process_time() - start


@pytest.fixture(scope="module")
def whole() -> tuple[pd.DataFrame, pd.DataFrame]:
    return country()


def test_a_whole_country_is_put_together_in_few_readings_of_its_names(
    benchmark: BenchmarkFixture, whole: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    towns, records = whole
    (merged, candidates), seconds = benchmark.pedantic(
        timed, args=(put_together, records, towns), rounds=1
    )
    assert len(merged) == REGISTERED + IN_PTV
    # Of those that PTV has with their code, none is there twice; the others are for a person.
    with_code = merged[merged["business_id"].notna()]
    assert (with_code.groupby("business_id")["organisation_id"].nunique() == 1).all()
    assert len(candidates) > 1_000

    _, plain_seconds = timed(lambda: [plainly_read(records) for _ in range(5)])
    ratio = seconds / (plain_seconds / 5)
    benchmark.extra_info["readings"] = round(ratio)
    assert ratio < 150, f"as long as {ratio:.0f} readings of all names"


def test_twice_the_records_take_about_twice_the_time(
    benchmark: BenchmarkFixture, whole: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    towns, records = whole
    few = records.iloc[::4].reset_index(drop=True)
    twice = records.iloc[::2].reset_index(drop=True)
    _, few_seconds = timed(put_together, few, towns)
    _, seconds = benchmark.pedantic(timed, args=(put_together, twice, towns), rounds=1)
    benchmark.extra_info["ratio_to_half"] = round(seconds / few_seconds, 2)
    # Comparing each with each would take four times as long.
    assert seconds / few_seconds < 3.2


def test_a_whole_country_is_put_together_in_bounded_memory() -> None:
    code = (
        "from tests.benchmarks.memory import peak_mb; "
        "from tests.benchmarks.test_organisation_speed import country, put_together; "
        "towns, records = country(); put_together(records, towns); "
        "print(peak_mb())"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert float(result.stdout) < MAX_MB
