"""JSON files: a head that tells what they are of, and typed records."""

from __future__ import annotations

import json

from dashboards.export.files import made
from dashboards.export.scope import Scope
from dashboards.export.tables import TableExport
from tests.dashboards.export.hostile_cells import NAMES, hostile


def read(store, table, *, contacts=False, area="region-10", langs=("fi", "sv"), **options):
    scope = Scope(store=store, area=area, langs=langs, with_contacts=contacts)
    return json.loads(made(TableExport(scope=scope, table=table, format="json", **options)))


def test_json_tells_what_it_is_of_and_where_it_comes_from(store):
    file = read(store, "gaps")
    assert file["title"] == {"fi": "Katvealueet", "sv": "Täckningsluckorna"}
    assert file["area"] == {"id": "region-10", "name": {"fi": "Etelä-Savo", "sv": "Södra Savolax"}}
    assert file["made"] == "2026-11-21"
    assert file["contacts"] == {}
    assert any("Tilastokeskus" in source["attribution"] for source in file["sources"]["fi"])
    assert "CC BY 4.0" in file["licence"]["sv"]
    keys = [column["key"] for column in file["columns"]]
    assert all(list(row) == keys for row in file["rows"])
    assert all(column["meaning"]["sv"] for column in file["columns"])


def test_json_has_typed_values_and_null_for_unknown(store):
    rows = read(store, "profile-matrix", all_columns=True)["rows"]
    unknown = [row for row in rows if row["premises_code"] == "not_asked"]
    assert unknown
    assert all(row["premises_year"] is None for row in unknown)
    assert all(row["premises_is_disputed"] is False for row in unknown)
    assert all(isinstance(row["residents"], int) for row in rows)
    assert all(0 <= row["completeness"] <= 1 for row in rows)
    assert all(len(row["municipality_code"]) == 3 for row in rows)


def test_json_follows_the_filters_and_says_so(store):
    seen = store.seen(evidence="2", reach="regional")
    file = read(seen, "municipalities")
    assert "2" in file["filters"]["fi"]
    whole = read(store, "municipalities")
    assert whole["filters"] == {}
    assert sum(row["local"] for row in file["rows"]) > sum(row["local"] for row in whole["rows"])


def test_json_says_that_it_tells_of_persons(store):
    file = read(store, "liaisons", contacts=True)
    assert "henkilötietoja" in file["contacts"]["fi"]
    assert [column["key"] for column in file["columns"] if column["personal"]] == [
        *("person_name", "email", "second_role"),
    ]
    assert "person_name" not in read(store, "liaisons")["rows"][0]


def test_json_gives_hostile_texts_back_as_they_were_but_for_hidden_characters(store):
    rows = read(hostile(store), "raw-organisations", area="all")["rows"]
    names = {row["name"] for row in rows}
    assert {name.replace("\x00\x08", "") for name in NAMES} <= names
