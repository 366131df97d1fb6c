"""CSV files, read again by pandas and by Python's own reader."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from dashboards.export.csv_file import safe
from dashboards.export.files import made
from dashboards.export.scope import Scope
from dashboards.export.tables import TableExport
from tests.dashboards.export.hostile_cells import hostile


@pytest.fixture(scope="module")
def spoilt_store(store):
    return hostile(store)


def written(store, table, *, area="all", langs=("fi",), **options):
    scope = Scope(store=store, area=area, langs=langs)
    return made(TableExport(scope=scope, table=table, format="csv", **options))


def test_csv_begins_with_the_mark_only_where_it_is_asked_for_and_ends_lines_as_windows_does(store):
    body = written(store, "gaps")
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.count(b"\r\n") == body.count(b"\n")
    assert not written(store, "gaps", has_bom=False).startswith(b"\xef\xbb\xbf")


def test_csv_has_a_decimal_comma_only_between_semicolons_in_finnish_and_swedish(store):
    for langs, separator, mark in (
        (("fi",), ";", ","),
        (("sv",), ";", ","),
        (("en",), ";", "."),
        (("fi",), ",", "."),
    ):
        body = written(store, "municipalities", langs=langs, separator=separator)
        table = pd.read_csv(io.BytesIO(body), sep=separator, decimal=mark)
        rates = table.iloc[:, 4]
        expected = store.overview["local_per_10k"]
        assert rates.dtype == "float64"
        assert sorted(rates) == pytest.approx(sorted(expected.astype(float)), abs=1e-6)


def test_csv_keeps_the_zeros_of_codes_and_leaves_unknown_cells_empty(store):
    body = written(store, "raw-municipalities", area="region-02")
    table = pd.read_csv(io.BytesIO(body), sep=";", dtype=str, keep_default_na=False)
    assert table.iloc[0, 0] == "019"
    rows = written(store, "profile-matrix", area="region-02", all_columns=True)
    profile = pd.read_csv(io.BytesIO(rows), sep=";", dtype=str, keep_default_na=False)
    unknown = profile["Viestintä (koodi)"] == "not_asked"
    assert unknown.any()
    assert set(profile.loc[unknown, "Viestintä: vuosi"]) == {""}


def test_csv_neutralises_what_a_sheet_would_take_for_a_formula(spoilt_store):
    body = written(spoilt_store, "raw-organisations").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=";"))
    names = {row[1] for row in rows[1:]}
    for name in (
        '\'=HYPERLINK("http://example.fi";"x")',
        "'+358 Esimerkki ry",
        "'@SUM(1)",
        "Esimerkki ry",
        "'\N{FULLWIDTH EQUALS SIGN}1+1",
        '"Lainaus"; <b>ry</b> & muut',
        "Esimerkki ry toinen rivi",
    ):
        assert name in names
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not any(cell[:1] in ("=", "+", "@", "\t", "\r") for row in rows for cell in row)


def test_safe_leaves_a_number_below_zero_alone_only_where_it_is_a_number(store):
    # Numbers never pass here: a text that begins with a minus may be a formula.
    assert safe("-1+1") == "'-1+1"
    body = written(store, "representation", board="es_elakelaisten_neuvottelukunta")
    table = pd.read_csv(io.BytesIO(body), sep=";", decimal=",")
    # Nothing is known of most groups of this board: their cells are empty, one is a number.
    assert table["Paikkaero"].dtype == "float64"
    assert table["Paikkaero"].notna().sum() == 1


def test_csv_of_a_table_without_rows_has_its_headings(store):
    body = written(store, "grants").decode("utf-8-sig")
    assert body.count("\r\n") == 1
