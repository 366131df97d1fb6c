from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.checks import table_faults
from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.source import Gathered, Request, Scope
from loaders.sources._statfi_answers import Notes
from loaders.sources._statfi_pxweb import read_limit, read_metadata, table_path
from loaders.sources.statfi_population import SOURCE, gather
from loaders.tables import POPULATION_BY_AGE
from tests.servers.drive import drive
from tests.servers.statfi import Statfi, base_urls
from tests.servers.statfi_faults import Meddler, junked, watched
from tests.servers.statfi_places import fixed_places, whole_country

PLACES = fixed_places()
TWO = [place for place in PLACES if place.code in ("491", "853")]
ASKED = Request(url="https://service.invalid/x", label="x")

# Published: inhabitants of Espoo, Helsinki and Vantaa at the end of 2025 (sample of the reference).
PUBLISHED = {"049": 325_716, "091": 694_392, "092": 252_956}


def scope(codes=None, *, year: int = 2026) -> Scope:
    return Scope(
        base_url=base_urls()[SOURCE.id],
        today=dt.date(2026, 11, 21),
        year=year,
        municipality_codes=tuple(codes or (place.code for place in PLACES)),
        region_codes=("02", "10"),
        wellbeing_county_codes=("05", "12"),
    )


def two(**knobs) -> Statfi:
    return Statfi(divisions={2026: TWO}, **knobs)


def gathered(service, codes=("491", "853"), **options) -> Gathered:
    result = drive(gather(scope(codes, **options)), service)
    assert table_faults(result.frames["population_by_age"], POPULATION_BY_AGE) == []
    return result


def people(result: Gathered) -> pd.DataFrame:
    return result.frames["population_by_age"]


def totals(result: Gathered, sex: str = "total") -> dict[str, int]:
    rows = people(result)[people(result)["sex"] == sex]
    sums = rows.groupby("municipality_code")["population"].sum()
    return {str(code): int(count) for code, count in sums.items()}


def set_aside(result: Gathered) -> set[tuple[str, str]]:
    return set(zip(result.rejects["text"], result.rejects["reason"], strict=True))


def edited(edit, nth: int = 2) -> Meddler:
    """The service of two municipalities whose nth answer is edited: 0 variables, 2 cells."""

    def change(body: bytes) -> bytes:
        content = json.loads(body)
        return json.dumps(edit(content) or content).encode()

    return Meddler(two(), nth, change)


def test_gather_gives_single_years_of_three_sexes():
    frame = people(gathered(two()))

    assert len(frame) == 2 * 3 * 101
    turku = frame[frame["municipality_code"] == "853"]
    assert list(turku["sex"].unique()) == ["total", "male", "female"]
    men = turku[turku["sex"] == "male"]
    assert list(men["age_from"]) == list(range(101))
    assert list(men["age_to"][:-1]) == list(range(100))
    assert men["age_to"].isna().tolist() == [False] * 100 + [True]
    assert set(frame["year"]) == {2025}


def test_gather_gives_the_published_totals():
    halves = {
        code: np.array([[total - 100, 0], *([[0, 0]] * 99), [40, 60]])
        for code, total in PUBLISHED.items()
    }
    places = [TWO[0]._replace(code=code) for code in PUBLISHED]
    service = Statfi(divisions={2026: places}, figures=halves)

    result = gathered(service, tuple(PUBLISHED))

    assert totals(result) == PUBLISHED
    assert totals(result, "female") == dict.fromkeys(PUBLISHED, 60)
    assert result.source_date == "2025-12-31"


def test_gather_puts_each_number_in_its_place():
    service = two()
    frame = people(gathered(service)).set_index(["municipality_code", "sex", "age_from"])

    for place in TWO:
        invented = service.people(place)
        for age in (0, 1, 17, 64, 100):
            men, women = invented[age]
            found = [
                frame.loc[(place.code, sex, age), "population"]
                for sex in ("total", "male", "female")
            ]
            assert found == [men + women, men, women]


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (1, 0, 3, 2, 4)])
def test_gather_reads_the_cells_in_whatever_order_the_variables_are(order):
    def turn(content):
        cells = np.array(content["value"], dtype=object).reshape(content["size"])
        content["value"] = cells.transpose(order).ravel().tolist()
        content["size"] = [content["size"][at] for at in order]
        content["id"] = [content["id"][at] for at in order]

    assert people(gathered(edited(turn))).equals(people(gathered(two())))


def test_gather_reads_codes_in_whatever_order_they_are():
    def turn(content):
        name = content["id"][1]
        index = content["dimension"][name]["category"]["index"]
        assert index == {"KU491": 0, "KU853": 1}
        content["dimension"][name]["category"]["index"] = {"KU491": 1, "KU853": 0}
        cells = np.array(content["value"], dtype=object).reshape(content["size"])
        content["value"] = cells[:, ::-1].ravel().tolist()

    assert people(gathered(edited(turn))).equals(people(gathered(two())))


def test_gather_reads_a_list_of_codes_and_values_by_their_place():
    def other_forms(content):
        for dimension in content["dimension"].values():
            dimension["category"]["index"] = list(dimension["category"]["index"])
        contents = content["dimension"]["contentscode"]["category"]
        del contents["index"]
        content["value"] = {str(at): value for at, value in enumerate(content["value"])}

    assert people(gathered(edited(other_forms))).equals(people(gathered(two())))


def test_gather_finds_the_variables_of_the_time_before_june_2026():
    now = people(gathered(two()))
    service = two(is_migrated=False)

    result = gathered(service)

    assert people(result).equals(now)
    assert result.surprises["no table 11re.px"] == 1
    assert any(
        address.startswith("POST") and "statfin_vaerak_pxt_11re.px" in address
        for address in service.asked
    )


def test_gather_asks_first_for_the_variables_and_the_limit():
    seen: list[Request] = []

    drive(watched(gather(scope(("491", "853"))), seen), two())

    base = base_urls()[SOURCE.id]
    assert [request.url for request in seen[:2]] == [f"{base}/vaerak/11re.px", f"{base}?config"]
    body = seen[2].json
    assert [part["code"] for part in body["query"]] == [
        *("timeperiod_y", "alue_23_20260101", "ikaryhma_10_20180101", "sukupuoli_9_20180101"),
        "contentscode",
    ]
    chosen = {part["code"]: part["selection"] for part in body["query"]}
    assert chosen["timeperiod_y"] == {"filter": "item", "values": ["2025"]}
    assert chosen["alue_23_20260101"] == {"filter": "item", "values": ["KU491", "KU853"]}
    assert chosen["contentscode"] == {"filter": "item", "values": ["vaerak-vaesto"]}
    assert len(chosen["ikaryhma_10_20180101"]["values"]) == 102
    assert body["response"] == {"format": "json-stat2"}


@pytest.mark.parametrize(("limit", "queries"), [(120_000, 1), (1_000, 13), (306, 38)])
def test_gather_keeps_each_query_within_the_limit(limit, queries):
    # 102 ages and 3 sexes are 306 cells a municipality.
    service = Statfi(cell_limit=limit)

    result = drive(gather(scope()), service)

    assert sum(address.startswith("POST") for address in service.asked) == queries
    assert len(people(result)) == 38 * 303


def test_gather_asks_for_the_whole_country_in_parts():
    places = whole_country()
    service = Statfi(divisions={2026: places})

    result = drive(gather(scope([place.code for place in places])), service)

    assert sum(address.startswith("POST") for address in service.asked) == 4
    assert len(people(result)) == 308 * 303


def test_gather_says_that_not_even_one_municipality_can_be_asked_for():
    with pytest.raises(SourceChanged, match="305 cells, one municipality has 306"):
        gathered(two(cell_limit=305))


@pytest.mark.parametrize("knobs", [{"has_config": False}, {"failing": {"config": [500]}}])
def test_gather_goes_on_without_a_limit_told(knobs):
    result = gathered(two(**knobs))

    assert len(people(result)) == 606
    assert result.surprises == {"no limit of cells told": 1}


def test_gather_passes_on_that_a_query_failed():
    with pytest.raises(SourceUnavailable, match="429"):
        gathered(Failing(two(), 429))


class Failing:
    """The service, but that each query is answered with a status."""

    def __init__(self, service: Statfi, status: int) -> None:
        self._service, self._status = service, status

    def answer(self, method, path, query, body, headers):
        if method == "POST":
            return self._status, {"Content-Type": "text/plain"}, b"Sorry"
        return self._service.answer(method, path, query, body, headers)


def test_gather_leaves_out_a_sex_that_lacks_an_age_and_keeps_the_others():
    empty = [("491", "1", "099"), ("491", "2", "100-")]

    result = gathered(two(empty_cells=empty))

    rows = people(result).groupby(["municipality_code", "sex"]).size()
    assert rows.to_dict() == {
        ("491", "total"): 101,
        ("853", "total"): 101,
        ("853", "male"): 101,
        ("853", "female"): 101,
    }
    assert totals(result) == {place.code: place.population for place in TWO}
    assert result.surprises == {"cell without a number": 2}
    assert result.rejects[["text", "reason"]].to_numpy().tolist() == [["491", "ages_missing"]]


def test_gather_gives_no_total_that_lacks_an_age():
    result = gathered(two(empty_cells=[("491", "SSS", "000")]))

    assert totals(result) == {"853": TWO[1].population}
    assert set(totals(result, "male")) == set(totals(result, "female")) == {"491", "853"}
    assert set_aside(result) == {("491", "ages_missing")}


def test_gather_gives_no_row_of_a_municipality_whose_sexes_all_lack_an_age():
    empty = [("491", sex, age) for sex, age in (("SSS", "000"), ("1", "007"), ("2", "100-"))]

    result = gathered(two(empty_cells=empty))

    assert set(people(result)["municipality_code"]) == {"853"}
    assert len(people(result)) == 303
    assert set_aside(result) == {("491", "ages_missing")}


def test_gather_stops_where_every_sex_lacks_an_age():
    empty = [(place.code, sex, "042") for place in TWO for sex in ("SSS", "1", "2")]

    with pytest.raises(SourceChanged, match="2 ages_missing"):
        gathered(two(empty_cells=empty))


def test_gather_takes_a_number_with_a_status_for_none():
    def mark(content):
        content["status"] = {"1": ".."}

    result = gathered(edited(mark))

    # The second cell is the total of Mikkeli's men.
    assert result.surprises == {"number with a status": 1}
    assert len(people(result)) == 606


def test_gather_keeps_a_zero_and_what_a_dash_marks():
    def mark(content):
        content["status"] = ["-"] * len(content["value"])

    figures = {"491": np.zeros((101, 2), dtype=int)}
    assert totals(gathered(two(figures=figures)))["491"] == 0
    assert len(people(gathered(edited(mark)))) == 606


def test_gather_reads_numbers_as_text_and_counts_them():
    def as_text(content):
        content["value"] = [str(value) for value in content["value"]]

    result = gathered(edited(as_text))

    assert people(result).equals(people(gathered(two())))
    assert result.surprises == {"number as text": 2 * 306}


@pytest.mark.parametrize("value", [-1, 0.5, True, "many", [], {}, 10**12])
def test_gather_takes_no_odd_value_for_a_number_of_people(value):
    def odd(content):
        content["value"][4] = value  # men of Mikkeli at the age of 0

    result = gathered(edited(odd))

    assert len(people(result)) == 606 - 101
    assert set_aside(result) == {("491", "ages_missing")}
    assert result.surprises["value that is no number of people"] == 1


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (0, "ages_do_not_add_up"),
        (1, "ages_do_not_add_up"),
        # Men of two ages changed so that the sum stays.
        ((4, 7), "sexes_do_not_add_up"),
    ],
)
def test_gather_sets_a_municipality_aside_that_does_not_add_up(place, reason):
    def odd(content):
        if isinstance(place, int):
            content["value"][place] += 1
        else:
            content["value"][place[0]] += 1
            content["value"][place[1]] -= 1

    result = gathered(edited(odd))

    assert set_aside(result) == {("491", reason)}
    assert set(people(result)["municipality_code"]) == {"853"}


def test_gather_stops_where_nothing_adds_up():
    with pytest.raises(SourceChanged, match="2 ages_do_not_add_up"):
        gathered(two(wrong_totals=["491", "853"]))


def test_gather_names_municipalities_that_the_table_has_not():
    result = gathered(two(areas_unknown=["491"]), ("491", "588", "853"))

    assert set(people(result)["municipality_code"]) == {"853"}
    assert set_aside(result) == {("491", "not_in_table"), ("588", "not_in_table")}


def test_gather_names_municipalities_that_did_not_come():
    def cut(content):
        name = content["id"][1]
        content["dimension"][name]["category"] = {"index": {"KU853": 0}}
        content["size"][1] = 1
        content["value"] = content["value"][306:]

    result = gathered(edited(cut))

    assert set_aside(result) == {("491", "not_in_answer")}
    assert totals(result) == {"853": TWO[1].population}


def test_gather_leaves_out_municipalities_that_it_did_not_ask_for():
    result = gathered(Statfi(), ("491",))
    assert set(people(result)["municipality_code"]) == {"491"}

    answers: list[bytes] = []
    gathered(Meddler(two(), 2, lambda body: answers.append(body) or body))
    more = gathered(Meddler(two(), 2, lambda _: answers[0]), ("491",))
    assert set(people(more)["municipality_code"]) == {"491"}
    assert more.surprises == {"values of alue_23_20260101 that were not asked for": 1}


def test_gather_says_where_the_division_is_of_another_year():
    assert gathered(two(stamp=2025)).surprises == {"areas of 2025, division of 2026": 1}
    assert gathered(two()).surprises == {}
    old = gathered(two(is_migrated=False, stamp=2025)).surprises
    assert old["areas of 2025, division of 2026"] == 1


def test_gather_sums_over_a_variable_that_may_be_left_out():
    def add(content):
        content["variables"].append(
            {"code": "kieli_1", "values": ["SSS", "fi"], "elimination": True}
        )

    assert gathered(edited(add, 0)).surprises == {"variable kieli_1 summed over": 1}


@pytest.mark.parametrize(
    "variable",
    [
        {"code": "kieli_1", "values": ["fi", "sv"]},
        {"code": "alue_2", "values": ["KU091"]},
        {"code": "vuosi", "values": ["2024"], "time": True},
        {"values": ["2024"]},
    ],
)
def test_gather_says_that_a_variable_is_not_known(variable):
    def add(content):
        content["variables"].append(variable)

    with pytest.raises(SourceChanged, match="variable"):
        gathered(edited(add, 0))


@pytest.mark.parametrize("at", range(5))
def test_gather_says_which_variable_is_not_there(at):
    role = ("time", "area", "age", "sex", "contents")[at]

    def take(content):
        del content["variables"][at]

    with pytest.raises(SourceChanged, match=f"no variable of {role};"):
        gathered(edited(take, 0))


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: content["value"].pop(),
        lambda content: content["size"].reverse(),
        lambda content: content["id"].pop(),
        lambda content: content["dimension"].clear(),
        lambda content: content.update(value=None),
        lambda content: content.update(value="1"),
        lambda content: content.update(id=[1, 2, 3, 4, 5]),
        lambda content: content.update(id=content["id"][:1] * 5),
        lambda content: content["dimension"]["contentscode"]["category"].update(index={"x": 0}),
        lambda content: content["dimension"]["contentscode"]["category"].update(
            index={"vaerak-vaesto": 1}
        ),
        lambda content: content["dimension"]["sukupuoli_9_20180101"]["category"].update(
            index={"SSS": 0, "1": 1, "3": 2}
        ),
    ],
)
def test_gather_says_that_the_cells_are_of_another_form(edit):
    with pytest.raises(SourceChanged, match="statfi_population"):
        gathered(edited(lambda content: edit(content) and None))


def test_gather_says_that_the_table_is_not_in_the_folder():
    def empty(content):
        return [{"id": "11ra.px", "type": "t", "text": "11ra"}, {"id": "11re", "type": "l"}]

    with pytest.raises(SourceChanged, match="no table 11re among the 2"):
        gathered(
            Meddler(
                two(is_migrated=False), 1, lambda body: json.dumps(empty(json.loads(body))).encode()
            )
        )


SAMPLE = """{
  "title": "Population by Area, Age, Sex, Year and Information",
  "variables": [
    {"code": "timeperiod_y", "text": "Year", "values": ["2024", "2025"],
     "valueTexts": ["2024", "2025"], "time": true},
    {"code": "alue_23_20260101", "text": "Area", "values": ["SSS", "KU049", "KU091", "KU092"],
     "valueTexts": ["WHOLE COUNTRY", "Espoo", "Helsinki", "Vantaa"], "elimination": true,
     "map": "Kunnat 2026"},
    {"code": "ikaryhma_10_20180101", "text": "Age", "values": ["SSS", "000", "001", "099", "100-"],
     "valueTexts": ["Total", "0", "1", "99", "100 -"], "elimination": true},
    {"code": "sukupuoli_9_20180101", "text": "Sex", "values": ["SSS", "1", "2"],
     "valueTexts": ["Total", "Males", "Females"], "elimination": true},
    {"code": "contentscode", "text": "Information", "values": ["vaerak-vaesto"],
     "valueTexts": ["Population 31 Dec"]}
  ]
}"""


def test_read_metadata_reads_the_sample_of_the_reference():
    notes = Notes("x")

    table = read_metadata(SAMPLE.encode(), ASKED, notes)

    assert (table.time, table.area) == ("timeperiod_y", "alue_23_20260101")
    assert (table.age, table.sex) == ("ikaryhma_10_20180101", "sukupuoli_9_20180101")
    assert (table.contents, table.content) == ("contentscode", "vaerak-vaesto")
    assert (table.year, table.division) == ("2025", 2026)
    assert table.areas == {"KU049", "KU091", "KU092"}
    assert table.ages.codes == ("000", "001", "099", "100-")
    assert table.ages.last == (0, 1, 99, None)
    # The sample leaves ages out, and so would a table that is cut.
    assert dict(notes.surprises) == {"ages with a gap, or none of them open": 1}


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (
            b'{"maxValues": 120000, "maxCells": 120000, "maxCalls": 40, "timeWindow": 60}',
            120_000,
        ),
        (b'{"maxDataCells": 50000}', 50_000),
        (b'{"maxCells": 1000000}', 120_000),
        (b'{"maxCells": "many"}', 120_000),
        (b'{"maxCells": true}', 120_000),
        (b"[]", 120_000),
    ],
)
def test_read_limit_takes_the_least_that_is_told(body, limit):
    assert read_limit(body, ASKED, Notes("x")) == limit


def test_table_path_takes_no_path_out_of_the_folder():
    entries = [
        {"id": "../../../secret11re.px", "type": "t", "text": "11re"},
        {"id": "new.px", "type": "t", "text": "11re -- Väestö"},
    ]

    assert table_path(json.dumps(entries).encode(), ASKED, Notes("x"), "11re") == "new.px"


OTHER_BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"variables": null, "id": null}',
    b'{"variables": [{"code": 1}], "id": {}}',
    b"[" * 100_000,
    b"<!DOCTYPE html><html><title>503</title></html>",
    b"\xff\xfe\x00",
    b"Too many values selected",
]


@pytest.mark.parametrize("nth", [0, 2])
@pytest.mark.parametrize("body", OTHER_BODIES, ids=lambda body: repr(body[:30]))
def test_gather_says_that_an_answer_is_of_another_form(nth, body):
    with pytest.raises(SourceChanged, match="statfi_population"):
        gathered(Meddler(two(), nth, lambda _: body))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(nth=st.integers(0, 2), body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_gather_survives_any_bytes(nth, body):
    try:
        result = gathered(Meddler(two(), nth, lambda _: body))
    except LoaderError:
        return
    assert nth == 1
    assert len(people(result)) == 606


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(nth=st.integers(0, 2), seed=st.integers(0, 10**9), changes=st.integers(1, 6))
def test_gather_survives_any_change_within_an_answer(nth, seed, changes):
    try:
        result = gathered(Meddler(two(), nth, lambda body: junked(body, seed, changes)))
    except LoaderError:
        return
    told = set(people(result)["municipality_code"]) | set(result.rejects["text"])
    assert {"491", "853"} <= told
    assert math.isfinite(people(result)["population"].sum())
