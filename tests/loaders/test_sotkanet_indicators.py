from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Answer, Gathered, Scope
from loaders.sources.sotkanet_indicators import DEFAULT_IDS, SOURCE, gather
from loaders.tables import PARTS
from tests.servers.drive import NOW, drive
from tests.servers.sotkanet import Sotkanet, indicator


def scope(*codes: str, **options: str) -> Scope:
    return Scope(
        base_url=SOURCE.url,
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=codes or ("001", "002"),
        region_codes=("10",),
        wellbeing_county_codes=("12",),
        options={"ids": "1068", "years": "1"} | options,
    )


def gathered(service: Sotkanet, *codes: str, **options: str) -> Gathered:
    result = drive(gather(scope(*codes, **options)), service)
    for name in SOURCE.tables:
        assert table_faults(result.frames[name], PARTS[name]) == []
    return result


def values(result: Gathered) -> list[tuple[Any, ...]]:
    return list(result.frames["indicator_values"].itertuples(index=False, name=None))


def set_aside(result: Gathered) -> list[tuple[int, str, str]]:
    rejects = result.rejects
    return list(zip(rejects["line"], rejects["text"], rejects["reason"], strict=True))


def row(**others: Any) -> dict[str, Any]:
    """A row of values of region 1002, where the service itself gives none."""
    made = {"indicator": 1068, "region": 1002, "year": 2024, "gender": "total", "value": 7.5}
    return {key: value for key, value in (made | others).items() if value is not None}


def without_002(*rows: Any, **others: Any) -> Sotkanet:
    return Sotkanet(missing=frozenset({"002"}), extra_rows=rows, **others)


def test_gather_leads_region_ids_to_municipality_codes_of_the_scope():
    result = gathered(Sotkanet())

    # The service gives a tenth of the code plus the last digit of the year: 2024.
    assert values(result) == [("1068", "001", 2024, 4.1), ("1068", "002", 2024, 4.2)]
    assert len(result.rejects) == 0
    assert result.surprises == {}


def test_gather_tells_what_an_indicator_is():
    result = gathered(Sotkanet())

    (told,) = result.frames["indicators"].to_dict("records")
    assert told == {
        "indicator_id": "1068",
        "name_fi": "Esimerkki 1068",
        "name_sv": "Esimerkki 1068",
        "name_en": "Esimerkki 1068",
        "producer": "Esimerkkituottaja",
        "value_type": "PER100",
        "decimals": 1,
        "first_year": 2000,
        "last_year": 2024,
        "source_url": "https://sotkanet.fi/rest/1.1/indicators/1068",
        "source_date": "2026-04-15",
    }
    assert result.source_date == "2026-04-15"


def test_gather_asks_for_the_newest_years_up_to_the_end_of_the_range_and_repeats_the_word():
    service = Sotkanet(indicators=[indicator(1068, start=2000, end=2022)])

    gathered(service, years="3")

    assert [path for path, _ in service.asked] == ["/regions", "/indicators/1068", "/json"]
    assert service.asked[-1][1] == {
        "indicator": ["1068"],
        "years": ["2020", "2021", "2022"],
        "genders": ["total"],
    }


def test_gather_asks_for_no_year_before_the_series_begins():
    service = Sotkanet(indicators=[indicator(1068, start=2024, end=2024)])

    gathered(service, years="3")

    assert service.asked[-1][1]["years"] == ["2024"]


def test_gather_asks_for_a_range_that_came_as_text():
    service = Sotkanet(indicators=[indicator(1068, range={"start": "1990", "end": "2022"})])

    result = gathered(service)

    assert service.asked[-1][1]["years"] == ["2022"]
    assert result.frames["indicators"]["last_year"].tolist() == [2022]


def test_gather_asks_for_the_default_list_where_none_is_set():
    service = Sotkanet(indicators=[indicator(int(number)) for number in DEFAULT_IDS])

    result = gathered(service, ids="")

    assert [path for path, _ in service.asked].count("/regions") == 1
    assert result.frames["indicators"]["indicator_id"].tolist() == list(DEFAULT_IDS)
    assert {"1068", "324", "326", "2420", "2421"} <= set(DEFAULT_IDS)


def test_gather_gives_no_row_for_a_value_that_is_missing():
    result = gathered(Sotkanet(missing=frozenset({"002"})))

    assert values(result) == [("1068", "001", 2024, 4.1)]
    assert len(result.rejects) == 0


def test_gather_goes_on_after_an_unknown_indicator():
    result = gathered(Sotkanet(), ids="99999,1068")

    assert [row[0] for row in values(result)] == ["1068", "1068"]
    assert set_aside(result) == [(1, "99999", "unknown_indicator")]


def test_gather_tells_of_an_indicator_without_totals():
    result = gathered(Sotkanet(without_totals=frozenset({1068})))

    assert values(result) == []
    assert result.frames["indicators"]["indicator_id"].tolist() == ["1068"]
    assert result.surprises == {"indicator 1068 without totals": 1}


def test_gather_tells_of_a_municipality_that_no_region_stands_for():
    result = gathered(Sotkanet(), "001", "004")

    assert [code for _, code, _, _ in values(result)] == ["001"]
    assert result.surprises == {"no region for municipality 004": 1}


@pytest.mark.parametrize(
    ("old", "value"),
    [
        (row(), 7.5),
        (row(value="7.5", region="1002", year="2024", indicator="1068"), 7.5),
        (row(value=None, **{"primary value": "7.5", "absolute value": "90"}), 7.5),
        (row(value=0), 0.0),
        (row(indicator=None), 7.5),
        (row(gender="Total"), 7.5),
    ],
)
def test_gather_reads_rows_of_old_and_new_forms(old, value):
    result = gathered(without_002(old))

    assert values(result)[1:] == [("1068", "002", 2024, value)]
    assert len(result.rejects) == 0


def test_gather_takes_the_count_where_the_value_is_absent_but_not_for_a_rate():
    count = row(value=None, absValue=120)
    of_counts = indicator(1068, primaryValueType={"code": "NUM"})
    of_rates = indicator(1068, primaryValueType={"code": "PER1000"})

    taken = gathered(without_002(count, indicators=[of_counts]))
    refused = gathered(without_002(count, indicators=[of_rates]))

    assert values(taken)[1:] == [("1068", "002", 2024, 120.0)]
    assert values(refused)[1:] == []
    # Four rows of the service come before it: 001, the former 588, and other levels.
    assert [reason for _, _, reason in set_aside(refused)] == ["count_without_rate"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(value=float("nan")), "bad_value"),
        (row(value=float("inf")), "bad_value"),
        (row(value="7,5"), "bad_value"),
        (row(value=True), "bad_value"),
        (row(value=[7.5]), "bad_value"),
        (row(value=10**400), "bad_value"),
        (row(value=None), "no_value"),
        (row(year=2019), "year_not_asked"),
        (row(year=None), "year_not_asked"),
        (row(region="Juva"), "bad_region"),
        (row(region=4711), "unknown_region"),
        (row(indicator=127), "other_indicator"),
        (row(gender=None), "bad_gender"),
        (None, "not_a_record"),
        ("1068;2;2025", "not_a_record"),
    ],
)
def test_gather_sets_a_bad_row_aside_and_goes_on(bad, reason):
    service = without_002(bad)

    result = gathered(service)

    assert values(result) == [("1068", "001", 2024, 4.1)]
    # Region 1003 comes too, then the former municipality, two areas and the country.
    assert set_aside(result) == [(7, "1068", reason)]


def test_gather_drops_rows_by_sex_and_counts_them():
    result = gathered(without_002(row(gender="male"), row(gender="female"), row(gender="male")))

    assert [code for _, code, _, _ in values(result)] == ["001"]
    assert result.surprises == {"gender: male": 2, "gender: female": 1}


def test_gather_keeps_the_first_of_two_values():
    result = gathered(without_002(row(), row(), row(value=8)))

    assert values(result)[1:] == [("1068", "002", 2024, 7.5)]
    assert [reason for _, _, reason in set_aside(result)] == ["duplicate", "other_value_twice"]


def region(number: int, code: Any, category: Any = "KUNTA", **others: Any) -> dict[str, Any]:
    return {"id": number, "code": code, "category": category} | others


def test_gather_knows_both_spellings_of_a_category_and_regions_named_twice():
    regions = [region(1001, "001"), region(1002, "002", "Kunta"), region(1001, "001")]
    others = [region(number, "12", "HYVINVOINTIALUE") for number in (1003, 1588, 497, 959, 658)]

    result = gathered(Sotkanet(told={"/regions": regions + others}))

    assert [code for _, code, _, _ in values(result)] == ["001", "002"]
    assert result.surprises == {}


def test_gather_uses_no_region_whose_code_is_not_clear():
    regions = [region(1001, "001"), region(1002, "002"), region(1002, "003"), region(1003, 3)]
    others = [region(number, "358", "MAA") for number in (1588, 497, 959, 658, 1001)]
    sound = [region(1004, "004"), region(None, "005"), region(1005, "005", None), 17]

    result = gathered(Sotkanet(told={"/regions": regions + others + sound}))

    assert values(result) == []
    assert set_aside(result) == [
        (1, "1068", "bad_region"),
        (2, "1068", "bad_region"),
        (3, "region 1002", "bad_region"),
        (3, "1068", "bad_region"),
        (4, "region 1003", "bad_region"),
        (11, "regions", "bad_region"),
        (12, "regions", "bad_region"),
        (13, "regions", "not_a_record"),
    ]


def test_gather_counts_categories_and_keys_that_are_new():
    places = [region(1001, "001", uusi=1), region(1002, "002", uusi=2)]
    others = [region(number, "1", "KYLÄ") for number in (1003, 1588, 497, 959, 658)]
    new = indicator(1068, laatu="hyvä")

    result = gathered(
        Sotkanet(told={"/regions": places + others}, indicators=[new], extra_rows=[row(lisa=1)])
    )

    assert result.surprises == {
        "key of regions: uusi": 2,
        "category: KYLÄ": 5,
        "key of indicator: laatu": 1,
        "key of values: lisa": 1,
    }


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"id": 127}, "other_indicator"),
        ({"id": None}, "other_indicator"),
        ({"title": None}, "no_title"),
        ({"title": "65 vuotta"}, "no_title"),
        ({"title": {"fi": " <p></p> "}}, "no_title"),
        ({"range": None}, "bad_range"),
        ({"range": [1990, 2025]}, "bad_range"),
        ({"range": {"start": 1990}}, "bad_range"),
        ({"range": {"start": 1990, "end": 99999}}, "bad_range"),
        ({"range": {"start": 2025, "end": 1990}}, "bad_range"),
    ],
)
def test_gather_sets_an_indicator_aside_that_cannot_be_used(changed, reason):
    broken = {"/indicators/1068": indicator(1068) | changed}

    result = gathered(Sotkanet(indicators=[indicator(324)], told=broken), ids="1068,324")

    assert [told for told, *_ in values(result)] == ["324", "324"]
    assert result.frames["indicators"]["indicator_id"].tolist() == ["324"]
    assert set_aside(result) == [(1, "1068", reason)]


def test_gather_stores_no_markup_and_no_half_letters():
    told = indicator(
        1068,
        title={"fi": "<b>65 &amp; yli</b>\n&lt;i&gt;x&lt;/i&gt; <<p>script>", "sv": "\ud800 år"},
        organization={"title": {"fi": ["THL"]}},
        decimals="1",
        **{"data-updated": "eilen"},
    )

    result = gathered(Sotkanet(indicators=[told]))

    (kept,) = result.frames["indicators"].to_dict("records")
    assert kept["name_fi"] == "65 & yli x < script>"
    assert kept["name_sv"] == "? år"
    assert kept["decimals"] == 1
    assert result.frames["indicators"][["name_en", "producer", "source_date"]].isna().all(axis=None)
    assert result.surprises == {"data-updated is no date": 1}


def test_gather_takes_another_language_where_the_finnish_title_is_missing():
    result = gathered(Sotkanet(indicators=[indicator(1068, title={"sv": "65 år och över"})]))

    assert result.frames["indicators"]["name_fi"].tolist() == ["65 år och över"]
    assert result.surprises == {"title without fi": 1}


TOO_MANY = ",".join(str(number) for number in range(1, 102))
BAD_OPTIONS = [
    *({"ids": ids} for ids in ("1068 324", "abc", ",", "1068/../x", "0", TOO_MANY)),
    *({"years": years} for years in ("0", "kaikki", "51", "-1")),
]


@pytest.mark.parametrize("options", BAD_OPTIONS)
def test_gather_tells_an_option_that_it_cannot_read(options):
    with pytest.raises(LoaderError, match=r"sotkanet_indicators\.(ids|years)="):
        next(gather(scope(**options)))


NO_REGIONS = {
    "nothing": b"",
    "object": b"{}",
    "null": b"null",
    "cut off": b"[",
    "deep": b"[" * 100_000,
    "no text": b"\xff\xfe",
    "page": b"<html><body>503</body></html>",
    "no municipality": b'[{"id": 1, "category": "MAA", "code": "358"}]',
    "long number": b"1" * 5000,
    "large": b"[" + b" " * 9_000_000,
}


@pytest.mark.parametrize("body", NO_REGIONS.values(), ids=NO_REGIONS)
def test_gather_tells_regions_that_are_none(body):
    gathering = gather(scope())
    next(gathering)

    with pytest.raises(SourceChanged, match=SOURCE.id):
        gathering.send(Answer(body=body, fetched_at=NOW))


def test_gather_reads_the_sample_of_the_reference():
    regions = [region(2, "005", title={"fi": "Alajärvi"}, memberOf=[842, 658, 500])]
    regions += [region(959, "12", "HYVINVOINTIALUE"), region(658, "358", "MAA")]
    sample = [
        {"indicator": 1068, "region": at, "year": 2025, "gender": "total", "value": value}
        for at, value in ((2, 30.1), (959, 34.2), (658, 23.8))
    ]
    told = {"/regions": regions, "/json": sample}

    result = gathered(Sotkanet(told=told, indicators=[indicator(1068, end=2025)]), "005")

    assert values(result) == [("1068", "005", 2025, 30.1)]
    assert len(result.rejects) == 0


def test_gather_does_not_swallow_millions_of_bad_rows():
    gathering = gather(scope())
    next(gathering)
    gathering.send(Answer(body=json.dumps([region(1, "001")]).encode(), fetched_at=NOW))
    gathering.send(Answer(body=json.dumps(indicator(1068)).encode(), fetched_at=NOW))

    with pytest.raises(SourceChanged, match="more than 50000 records were set aside"):
        gathering.send(Answer(body=b"[" + b"0," * 60_000 + b"0]", fetched_at=NOW))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)
ODD = JSON | st.sampled_from(["total", "KUNTA", "001", 1001, 2024, "2024", 1068, "1068", "\ud800"])


def odd(sound: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A record with some of its values changed or gone."""
    changed = st.dictionaries(st.sampled_from(sorted(sound)) | st.text(max_size=8), ODD)
    return JSON | changed.map(lambda change: sound | change)


def outcome(*bodies: bytes) -> Gathered | None:
    """What comes of answering so, or None where the source is said to have changed."""
    gathering = gather(scope())
    next(gathering)
    try:
        for body in bodies:
            gathering.send(Answer(body=body, fetched_at=NOW))
    except StopIteration as stop:
        return stop.value
    except LoaderError:
        return None
    gathering.close()
    return None


def assert_sound(result: Gathered | None) -> None:
    for name in SOURCE.tables if result else ():
        assert table_faults(result.frames[name], PARTS[name]) == []


@settings(deadline=None, max_examples=20)
@given(
    regions=st.lists(odd(region(1001, "001")), max_size=4),
    told=odd(indicator(1068)),
    rows=st.lists(odd(row(region=1001)), max_size=4) | JSON,
)
def test_gather_survives_any_json(regions, told, rows):
    sound = [region(1001, "001"), *regions]
    assert_sound(outcome(*(json.dumps(part).encode() for part in (sound, told, rows))))


@settings(deadline=None, max_examples=20)
@given(at=st.integers(0, 2), body=st.binary(max_size=200))
def test_gather_survives_any_bytes(at, body):
    sound = [
        json.dumps(part).encode() for part in ([region(1001, "001")], indicator(1068), [row()])
    ]
    assert_sound(outcome(*sound[:at], body))
