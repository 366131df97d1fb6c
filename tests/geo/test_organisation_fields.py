"""Whose word is taken for what, what the others say, and that the collection loses nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import GeoError
from geo.organisation_fields import FIELD_PRIORITY, ORIGIN_COLUMNS
from geo.organisation_search import Found, search_organisations, search_texts
from geo.organisations import (
    conflicting_fields,
    field_origins,
    merged_organisations,
    merged_records,
    records_of_collection,
)
from loaders.checks import table_faults
from loaders.embedded import read_table
from loaders.tables import ORGANISATION_AREAS, ORGANISATION_RECORDS, ORGANISATIONS
from tests.data.test_fixed import FIXED
from tests.geo.toy_organisations import (
    ID_0,
    ID_1,
    MIKKELI,
    NONE,
    TURKU,
    WRONG_ID,
    decisions,
    record,
    records,
)

COLLECTION = read_table(ORGANISATIONS, FIXED)
AREAS = read_table(ORGANISATION_AREAS, FIXED)
NOTHING = ORGANISATIONS.empty()


def collected(*rows: dict[str, object]) -> pd.DataFrame:
    page = {"source_url": "https://kokoelma.example/"}
    frame = pd.DataFrame([page | row for row in rows], columns=list(ORGANISATIONS.columns))
    return frame.astype(ORGANISATIONS.dtypes)


def areas(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(ORGANISATION_AREAS.columns), dtype="string")


def whole(
    *rows: dict[str, object], collection: pd.DataFrame = NOTHING, decided: pd.DataFrame = NONE
) -> pd.DataFrame:
    merged = merged_records(records(*rows), decided)
    result = merged_organisations(merged, collection=collection)
    assert table_faults(result, ORGANISATIONS) == []
    return result


# The collection


def test_the_embedded_collection_alone_comes_out_as_it_went_in() -> None:
    merged = merged_records(records_of_collection(COLLECTION, AREAS), NONE)
    assert_frame_equal(merged_organisations(merged, collection=COLLECTION), COLLECTION)


def test_records_of_the_embedded_collection_are_records_of_the_model() -> None:
    made = records_of_collection(COLLECTION, AREAS)
    assert table_faults(made, ORGANISATION_RECORDS) == []
    assert len(made) == 275
    assert made["municipality_code"].notna().sum() == 211
    assert made["record_id"].iloc[0] == "collection:abc-nuorisotoiminta-ry"


def test_records_of_collection_take_the_seat_alone_and_one_only() -> None:
    organisations = collected(*({"organisation_id": one, "name": one} for one in "abcd"))
    places = areas(
        ("a", "domiciled", MIKKELI),
        ("a", "stated", TURKU),
        ("b", "stated", TURKU),
        ("c", "domiciled", MIKKELI),
        ("c", "domiciled", TURKU),
        ("d", "regional", "10"),
    )
    made = records_of_collection(organisations, places)
    assert made["municipality_code"].fillna("-").tolist() == [MIKKELI, "-", "-", "-"]


@pytest.mark.parametrize(
    ("source_date", "source_year", "date"),
    [
        ("2024-05-06", 2024, "2024-05-06"),
        ("2024-05", 2024, "2024-05"),
        ("2021-2025", 2025, "2025"),
        ("spring 2020", None, None),
        (None, 2019, "2019"),
        (None, None, None),
    ],
)
def test_records_of_collection_have_a_date_that_is_one(source_date, source_year, date) -> None:
    row = {"organisation_id": "a", "name": "A", "source_date": source_date}
    made = records_of_collection(collected(row | {"source_year": source_year}), areas())
    assert made["source_date"].fillna("-").tolist() == [date or "-"]


def test_what_only_the_collection_tells_stays() -> None:
    row = {"organisation_id": "lelu", "name": "Lelu", "region_code": "10", "sector": "leikki"}
    row |= {"is_umbrella": True, "note": "muistiinpano", "source_year": 2020, "source_date": "2020"}
    [result] = whole(
        record("collection:lelu", "Lelu", business_id=ID_0),
        record("prh:1", "Lelu ry", business_id=ID_0, source_date="2026-01-02"),
        collection=collected(row),
    ).to_dict("records")
    assert result["organisation_id"] == "lelu"
    assert result["name"] == "Lelu ry"
    assert result["business_id"] == ID_0
    for name in ("region_code", "sector", "is_umbrella", "note", "source_date", "source_year"):
        assert result[name] == row[name]
    assert result["source_url"] == "https://kokoelma.example/"


def test_an_organisation_of_the_collection_without_a_record_stays_as_it_is() -> None:
    row = {"organisation_id": "lelu", "name": "Lelu", "business_id": ID_0}
    result = whole(record("ptv:1", "Nalle"), collection=collected(row))
    assert result["organisation_id"].tolist() == ["lelu", "ptv-1"]
    assert result["business_id"].iloc[0] == ID_0


def test_two_of_the_collection_that_are_one_are_one_row() -> None:
    rows = (
        {"organisation_id": "b", "name": "B", "sector": "sen", "note": "oma"},
        {"organisation_id": "a", "name": "A", "note": "ensin"},
    )
    [result] = whole(
        record("collection:a", "A"),
        record("collection:b", "B"),
        collection=collected(*rows),
        decided=decisions(("collection:a", "collection:b", "same")),
    ).to_dict("records")
    assert result["organisation_id"] == "a"
    assert (result["note"], result["sector"]) == ("ensin", "sen")


def test_others_come_after_the_collection_by_id_with_their_own_source() -> None:
    result = whole(
        record("register:9", "Z ry", register_number="9", source_date="2024-05"),
        record("prh:1", "Y", business_id=ID_0, source_url="https://prh.example/1"),
        record("collection:x", "X"),
        collection=collected({"organisation_id": "x", "name": "X"}),
    )
    assert result["organisation_id"].tolist() == ["x", "r-9", "y-0000000-0"]
    assert result["source_url"].tolist()[2] == "https://prh.example/1"
    assert result["source_year"].tolist()[1] == 2024
    assert result["source_date"].tolist()[1] == "2024-05"
    assert result["region_code"].isna().all()


# Whose word is taken

EVERYWHERE = [f"{source}:1" for source in ("register", "prh", "ptv", "collection")]


@pytest.mark.parametrize(
    ("field", "values", "taken"),
    [
        ("name", ["R ry", "P ry", "T ry", "C ry"], "R ry"),
        ("name_sv", ["R rf", "P rf", "T rf", "C rf"], "T rf"),
        ("status", ["removed", "registered", None, None], "removed"),
        ("status", [None, "bankrupt", None, None], "bankrupt"),
        (
            "homepage",
            [f"https://{one}.example" for one in ("r", "p", "t", "c")],
            "https://t.example",
        ),
        ("homepage", [None, "https://p.example", None, "https://c.example"], "https://p.example"),
        ("industry_code", ["11111", "22222", "33333", "44444"], "22222"),
        ("purpose_class", ["3", None, None, "4"], "3"),
        ("legal_form", [None, None, None, "association"], "association"),
    ],
)
def test_the_most_trusted_source_that_tells_a_field_is_taken(field, values, taken) -> None:
    rows = [
        record(one, **{"name": "Lelu", "business_id": ID_0} | {field: value})
        for one, value in zip(EVERYWHERE, values, strict=True)
    ]
    for order in (rows, rows[::-1]):
        [result] = whole(
            *order, collection=collected({"organisation_id": "1", "name": "Lelu"})
        ).to_dict("records")
        assert result[field] == taken
    used = field_origins(merged_records(records(*rows), NONE))
    used = used[(used["field"] == field) & used["is_used"]]
    assert used["value"].tolist() == [taken]


def test_of_one_sources_records_the_latest_is_taken_then_the_lowest_id() -> None:
    rows = (
        record("ptv:3", "Vanha", business_id=ID_0, source_date="2020-01-01"),
        record("ptv:2", "Uusi", business_id=ID_0, source_date="2024-01-01"),
        record("ptv:1", "Ajaton", business_id=ID_0),
        record("ptv:4", "Samana päivänä", business_id=ID_0, source_date="2024-01-01"),
    )
    assert whole(*rows)["name"].tolist() == ["Uusi"]


def test_an_unknown_source_comes_last() -> None:
    rows = (
        record("alku:1", "Tuntematon", business_id=ID_0),
        record("collection:a", "Tunnettu", business_id=ID_0),
    )
    assert whole(*rows)["name"].tolist() == ["Tunnettu"]


def test_a_business_id_with_a_wrong_check_digit_is_shown_and_not_used() -> None:
    rows = (
        record("prh:1", "Lelu", register_number="1", business_id=WRONG_ID),
        record("collection:a", "Lelu", register_number="1", business_id=ID_1),
        record("ptv:1", "Nalle", business_id=WRONG_ID),
    )
    result = whole(
        *rows,
        collection=collected({"organisation_id": "a", "name": "Lelu", "business_id": ID_1}),
    )
    assert result["business_id"].fillna("-").tolist() == [ID_1, "-"]
    origins = field_origins(merged_records(records(*rows), NONE))
    numbers = origins[origins["field"] == "business_id"]
    assert numbers[["value", "is_used"]].values.tolist() == [
        [ID_1, True],
        [WRONG_ID, False],
        [WRONG_ID, False],
    ]


# Origins and conflicts


def test_origins_tell_every_field_of_every_record() -> None:
    rows = (
        record("ptv:1", "Lelu", business_id=ID_0, homepage="https://lelu.example"),
        record("register:1", "Lelu ry", business_id=ID_0, status="registered"),
    )
    origins = field_origins(merged_records(records(*rows), NONE))
    assert list(origins.columns) == list(ORIGIN_COLUMNS)
    assert set(origins["organisation_id"]) == {"y-0000000-0"}
    told = list(
        origins[["field", "value", "record_id", "is_used"]].itertuples(index=False, name=None)
    )
    assert told == [
        ("name", "Lelu ry", "register:1", True),
        ("name", "Lelu", "ptv:1", False),
        ("business_id", ID_0, "register:1", True),
        ("business_id", ID_0, "ptv:1", False),
        ("status", "registered", "register:1", True),
        ("homepage", "https://lelu.example", "ptv:1", True),
    ]


def conflicts(*rows: dict[str, object]) -> list[str]:
    merged = merged_records(records(*(row | {"business_id": ID_0} for row in rows)), NONE)
    return conflicting_fields(field_origins(merged))["field"].tolist()


def test_fields_in_which_sources_differ_are_conflicts() -> None:
    rows = (
        record("ptv:1", "Lelu", place=MIKKELI, status="registered", registered="2001-02-03"),
        record("prh:1", "Nalle", place=TURKU, status="removed", registered="2002"),
    )
    assert conflicts(*rows) == ["name", "status", "registered", "municipality_code"]


def test_what_means_the_same_is_no_conflict() -> None:
    rows = (
        record(
            "ptv:1",
            "Lelu ry",
            homepage="https://www.lelu.example/",
            registered="2001",
            languages="fi",
            other_names="L",
        ),
        record(
            "prh:1",
            "LELU r.y.",
            homepage="http://lelu.example",
            registered="2001-02-03",
            languages="sv",
            other_names="LELU",
        ),
        record("register:1", "Lelu, rekisteröity yhdistys"),
    )
    assert conflicts(*rows) == []


def test_one_record_is_in_no_conflict_with_itself() -> None:
    assert conflicts(record("ptv:1", "Lelu", place=MIKKELI, registered="2001")) == []


def test_every_field_of_an_organisation_has_its_sources_and_every_source_is_known() -> None:
    for order in FIELD_PRIORITY.values():
        assert len(set(order)) == len(order) == 4
    assert set(FIELD_PRIORITY) <= set(ORGANISATION_RECORDS.columns)


@pytest.mark.parametrize("function", [field_origins, merged_organisations])
def test_records_that_were_not_merged_are_an_error(function) -> None:
    options = {} if function is field_origins else {"collection": NOTHING}
    with pytest.raises(GeoError, match="merge them first"):
        function(records(record("ptv:1")), **options)
    with pytest.raises(GeoError, match="homepage"):
        function(records(record("ptv:1")).drop(columns="homepage"), **options)


def test_no_records_have_no_origins_and_leave_the_collection() -> None:
    empty = merged_records(records(), NONE)
    assert field_origins(empty).empty
    assert conflicting_fields(field_origins(empty)).empty
    assert_frame_equal(merged_organisations(empty, collection=COLLECTION), COLLECTION)


# Search

TEXTS = search_texts(
    merged_records(
        records(
            record("ptv:1", "Mikkelin Leluseura ry", business_id=ID_0, register_number="194820"),
            record("prh:1", "Mikkelin Leluseura", other_names="S:t Michels Lek", business_id=ID_0),
            record("ptv:2", "Leluseurojen liitto"),
            record("ptv:3", "Äänen ystävät"),
        ),
        NONE,
    )
)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("leluseura", ["y-0000000-0"]),
        ("LELU", ["ptv-2", "y-0000000-0"]),
        ("seura mikkelin", ["y-0000000-0"]),
        ("S:t Michels", ["y-0000000-0"]),
        ("0000000-0", ["y-0000000-0"]),
        ("194.820", ["y-0000000-0"]),
        ("ptv:2", ["ptv-2"]),
        ("ptv-2", ["ptv-2"]),
        ("ÄÄNEN", ["ptv-3"]),
        ("", ["ptv-2", "y-0000000-0", "ptv-3"]),
        ("!!", []),
        ("(((", []),
        ("puuttuu", []),
    ],
)
def test_search_finds_all_words_in_any_name_or_number(query: str, ids: list[str]) -> None:
    assert search_organisations(TEXTS, query) == Found(ids, False)


def test_search_offers_near_names_where_nothing_is_found() -> None:
    assert search_organisations(TEXTS, "Aanen ystavat") == Found(["ptv-3"], True)
    assert search_organisations(TEXTS, "leluseuorjen liitto") == Found(["ptv-2"], True)


def test_search_in_nothing_finds_nothing() -> None:
    texts = search_texts(merged_records(records(), NONE))
    assert search_organisations(texts, "lelu") == Found([], False)
