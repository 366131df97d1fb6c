"""The tables kept with the code: counts and sums from the collected facts, codes, discretion.

The numbers were counted once in the collected facts (November 2026) with awk and by hand, as the
comments say; the facts themselves are not needed here.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from loaders.embedded import read_tables
from loaders.tables import TABLES

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"
FILES = sorted(path.name for path in FIXED.iterdir())
CSV_FILES = [name for name in FILES if name.endswith(".csv")]

E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
ADDRESS = re.compile(r"https?://[^\s,\"]+")


@pytest.fixture(scope="module")
def read() -> tuple[dict[str, pd.DataFrame], list[str]]:
    return read_tables(FIXED)


@pytest.fixture(scope="module")
def tables(read: tuple[dict[str, pd.DataFrame], list[str]]) -> dict[str, pd.DataFrame]:
    return read[0]


@pytest.fixture(scope="module")
def codes(tables: dict[str, pd.DataFrame]) -> set[str]:
    return set(tables["municipalities"]["municipality_code"])


def test_every_table_can_be_read_and_every_code_points_somewhere(
    read: tuple[dict[str, pd.DataFrame], list[str]],
) -> None:
    frames, faults = read
    assert faults == []
    assert set(frames) == set(TABLES)


# Municipalities and areas


def test_there_are_eleven_municipalities_in_region_10_and_twenty_seven_in_02(
    tables: dict[str, pd.DataFrame],
) -> None:
    municipalities = tables["municipalities"]
    assert municipalities["region_code"].value_counts().to_dict() == {"02": 27, "10": 11}
    # Each region is a county of its own: Etelä-Savo is county 12, Varsinais-Suomi county 05.
    pairs = municipalities[["region_code", "wellbeing_county_code"]].drop_duplicates()
    assert sorted(pairs.itertuples(index=False, name=None)) == [("02", "05"), ("10", "12")]


def test_population_and_areas_of_the_regions_are_those_of_the_facts(
    tables: dict[str, pd.DataFrame],
) -> None:
    # awk -F, 'NR>1 {n[$4]++; p[$4]+=$15; l[$4]+=$17; f[$4]+=$18; s[$4]+=$19}
    #          END {for (r in n) print r, n[r], p[r], l[r], f[r], s[r]}' municipalities.csv
    # 10 11 130451 12651.54 4447.48 0.00
    # 02 27 485567 10666.06 246.16 9625.33
    columns = ["population", "land_km2", "freshwater_km2", "sea_km2"]
    sums = tables["municipalities"].groupby("region_code")[columns].sum()
    assert sums.loc["10"].tolist() == pytest.approx([130_451, 12_651.54, 4_447.48, 0])
    assert sums.loc["02"].tolist() == pytest.approx([485_567, 10_666.06, 246.16, 9_625.33])
    assert set(tables["municipalities"]["population_year"]) == {2022}


def test_the_two_regions_and_counties_are_rows_with_names_in_three_languages(
    tables: dict[str, pd.DataFrame],
) -> None:
    areas = tables["areas"].set_index(["level", "code"])
    assert sorted(areas.index) == [
        ("region", "02"),
        ("region", "10"),
        ("wellbeing_county", "05"),
        ("wellbeing_county", "12"),
    ]
    assert areas.loc[("region", "10"), "name_fi"] == "Etelä-Savo"
    assert areas.loc[("region", "10"), "name_sv"] == "Södra Savolax"
    assert areas.loc[("wellbeing_county", "12"), "short_name"] == "Eloisa"
    assert areas.loc[("wellbeing_county", "05"), "short_name"] == "Varha"


def test_pertunmaa_is_part_of_mantyharju_since_2025(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    assert "588" not in codes
    changes = tables["municipality_changes"].set_index("old_code")
    row = changes.loc["588"]
    assert (row["old_name_fi"], row["new_code"], row["valid_from"]) == (
        "Pertunmaa",
        "507",
        "2025-01-01",
    )
    assert (row["kind"], row["certainty"]) == ("merged", "verified")
    # 39 rows of the facts, and Länsi-Turunmaa, the name of Parainen in 2009-2011.
    assert len(changes) == 40


def test_a_change_ends_in_a_municipality_of_today_or_has_left_the_regions(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    changes = tables["municipality_changes"]
    left = changes[~changes["new_code"].isin(codes)]
    assert sorted(left["new_name_fi"]) == ["Heinävesi", "Joroinen"]
    assert set(left["kind"]) == {"moved_region"}


# Codes that the model's links do not follow


def test_every_place_of_an_organisation_is_known(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    places = tables["organisation_areas"]
    by_relation = {
        relation: set(rows["area_code"]) for relation, rows in places.groupby("relation")
    }
    assert by_relation["domiciled"] <= codes
    assert by_relation["stated"] <= codes
    assert by_relation["regional"] == {"02", "10"}
    # Counted in organisations.csv: 211 with a municipality; in operates_in 25 times "maakunta"
    # and 99 names of municipalities.
    counts = places["relation"].value_counts().to_dict()
    assert counts == {"domiciled": 211, "stated": 99, "regional": 25}


def test_a_county_in_the_evidence_is_a_county_of_the_municipalities(
    tables: dict[str, pd.DataFrame],
) -> None:
    known = set(tables["municipalities"]["wellbeing_county_code"])
    assert set(tables["county_evidence"]["wellbeing_county_code"]) <= known


def test_every_target_group_of_an_organisation_or_a_seat_is_known(
    tables: dict[str, pd.DataFrame],
) -> None:
    known = set(tables["target_groups"]["target_group_code"])
    assert len(known) == 15
    assert set(tables["organisation_target_groups"]["target_group_code"]) <= known
    assert set(tables["seat_target_groups"]["target_group_code"]) <= known
    assert known >= {"KR1.1", "KR1.6", "X.omaishoitajat", "X.yleinen"}
    groups = tables["target_groups"]
    assert groups.loc[groups["is_general"], "target_group_code"].tolist() == ["X.yleinen"]
    # Counted part by part in the lists with semicolons: 312 of organisations, 205 of seats.
    assert len(tables["organisation_target_groups"]) == 312
    assert len(tables["seat_target_groups"]) == 205


# Organisations


def has_right_check_digit(business_id: str) -> bool:
    """Whether the digits, weighted 7 9 10 5 8 4 2 and 1 for the check digit, divide by eleven.

    By hand: 2253658-6 gives 14 + 18 + 50 + 15 + 48 + 20 + 16 + 6 = 187 = 17 * 11.
    """
    digits = [int(sign) for sign in business_id.replace("-", "")]
    weights = (7, 9, 10, 5, 8, 4, 2, 1)
    return sum(w * d for w, d in zip(weights, digits, strict=True)) % 11 == 0


def test_every_business_identity_code_has_the_right_check_digit(
    tables: dict[str, pd.DataFrame],
) -> None:
    assert has_right_check_digit("2253658-6")
    assert not has_right_check_digit("2253658-5")
    seen = tables["organisations"]["business_id"].dropna()
    assert len(seen) == 22  # rows of the facts with one
    assert seen.is_unique
    assert [code for code in seen if not has_right_check_digit(code)] == []


def test_every_organisation_of_the_facts_is_here_once(tables: dict[str, pd.DataFrame]) -> None:
    organisations = tables["organisations"]
    # Counted in organisations.csv: 92 rows of Etelä-Savo, 183 of Varsinais-Suomi; umbrella yes 24
    # times, no 249 times, empty twice.
    assert organisations["region_code"].value_counts().to_dict() == {"02": 183, "10": 92}
    assert organisations["name"].is_unique
    umbrellas = organisations["is_umbrella"].value_counts(dropna=False).to_dict()
    assert umbrellas == {False: 249, True: 24, pd.NA: 2}


def test_an_identifier_is_plain_enough_for_an_address(tables: dict[str, pd.DataFrame]) -> None:
    for name, column in (("organisations", "organisation_id"), ("boards", "board_id")):
        assert tables[name][column].str.fullmatch(r"[a-z0-9_-]{2,60}").all()


# Boards and seats


def test_no_seat_is_without_a_board(tables: dict[str, pd.DataFrame]) -> None:
    boards, seats = tables["boards"], tables["seats"]
    assert (len(boards), len(seats)) == (60, 198)
    assert set(seats["board_id"]) <= set(boards["board_id"])
    assert seats["board_id"].nunique() == 30  # half of the boards name who sits there
    assert (seats["seat_id"].str.rsplit("-", n=1).str[0] == seats["board_id"]).all()


def test_the_boards_are_those_of_the_facts_at_their_levels(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    boards = tables["boards"]
    levels = boards["level"].value_counts().to_dict()
    assert levels == {"municipality": 42, "region": 12, "wellbeing_county": 6}
    is_municipal = boards["level"] == "municipality"
    assert (boards["municipality_code"].notna() == is_municipal).all()
    counties = boards[boards["level"] == "wellbeing_county"]
    pairs = counties[["region_code", "wellbeing_county_code"]].value_counts().to_dict()
    assert set(pairs) == {("02", "05"), ("10", "12")}
    assert boards["wellbeing_county_code"].notna().sum() == sum(pairs.values()) == 6
    region_of = tables["municipalities"].set_index("municipality_code")["region_code"]
    municipal = boards[is_municipal]
    assert (municipal["municipality_code"].map(region_of) == municipal["region_code"]).all()
    # Counted in boards.csv: 22 municipal bodies with seats_ngo, in twelve municipalities.
    seated = municipal[municipal["seats_ngo"] > 0]
    assert (len(seated), seated["municipality_code"].nunique()) == (22, 12)


def test_a_board_has_no_more_seats_of_ngos_than_seats_and_ends_after_its_beginning(
    tables: dict[str, pd.DataFrame],
) -> None:
    boards = tables["boards"]
    assert not (boards["seats_ngo"] > boards["seats_total"]).fillna(False).any()
    years = boards[["term_start", "term_end"]].apply(lambda dates: dates.str[:4])
    assert not (years["term_start"] > years["term_end"]).fillna(False).any()


def test_the_seats_counted_are_no_more_than_the_board_has(tables: dict[str, pd.DataFrame]) -> None:
    seats = tables["seats"]
    counted = seats[seats["is_counted"].fillna(False)]
    ngo = counted[counted["holder"].isin(["organisation", "field"])]
    boards = tables["boards"].set_index("board_id")
    for rows, limit in ((counted, "seats_total"), (ngo, "seats_ngo")):
        sizes = rows.groupby("board_id").size()
        known = boards[limit].dropna()
        over = sizes[sizes.index.isin(known.index)]
        assert (over <= known.reindex(over.index)).all(), limit


def test_the_holder_of_a_seat_fits_what_is_known_of_it(tables: dict[str, pd.DataFrame]) -> None:
    seats = tables["seats"]
    named = seats["organisation_name"].notna()
    assert ((seats["holder"] == "organisation") == named).all()
    assert named.sum() == 115  # rows of board_seats.csv with an organisation
    assert not (seats["organisation_id"].notna() & ~named).any()
    grouped = seats["seat_id"].isin(tables["seat_target_groups"]["seat_id"])
    assert grouped[seats["holder"] == "field"].all()
    assert not grouped[seats["holder"].isin(["other", "unknown"])].any()
    assert not seats.loc[seats["role"] == "deputy", "is_counted"].any()


def test_the_council_of_etela_savo_has_eighteen_seats_for_ngos(
    tables: dict[str, pd.DataFrame],
) -> None:
    board = tables["boards"].set_index("board_id").loc["yhes_2023"]
    # The board page: 18 fields of NGOs and one municipal seat.
    assert (board["seats_total"], board["seats_ngo"], board["level"]) == (19, 18, "region")


# Evidence


def test_the_evidence_is_the_mapping_of_the_collected_rows(
    tables: dict[str, pd.DataFrame],
) -> None:
    evidence = tables["evidence"]
    # cooperation_evidence.csv has 82 rows: 10 documented_model, 26 forum_exists, 31
    # grant_principles, 10 liaison_named, 5 none_found; the last make no row, 82 - 5 = 77. Of the 26
    # forums twelve tell of a council in their kind (Kangasniemi, Laitila, Loimaa twice, Masku,
    # Mynämäki, Naantali, Parainen, Pöytyä, Sauvo, Turku, Vehmaa) and are seats; 26 - 12 = 14.
    assert evidence["criterion"].value_counts().to_dict() == {
        "grants": 31,
        "forum": 14,
        "seats": 12,
        "documented_model": 10,
        "liaison": 10,
    }
    assert set(evidence["answer"]) == {"yes"}
    assert len(evidence) == 77


def test_the_councils_among_the_forums_are_seats(tables: dict[str, pd.DataFrame]) -> None:
    evidence = tables["evidence"]
    name_of = tables["municipalities"].set_index("municipality_code")["name_fi"]
    seats = evidence.loc[evidence["criterion"] == "seats", "municipality_code"].map(name_of)
    assert sorted(seats) == [
        *("Kangasniemi", "Laitila", "Loimaa", "Loimaa", "Masku", "Mynämäki", "Naantali"),
        *("Parainen", "Pöytyä", "Sauvo", "Turku", "Vehmaa"),
    ]


def test_six_municipalities_have_a_documented_model(tables: dict[str, pd.DataFrame]) -> None:
    evidence = tables["evidence"]
    models = evidence[evidence["criterion"] == "documented_model"]
    # Ten rows: two of the region, three of Turku, one each of Koski Tl, Laitila, Mikkeli, Rusko,
    # Uusikaupunki.
    assert models["region_code"].dropna().tolist() == ["02", "02"]
    assert models["municipality_code"].dropna().tolist() == [
        *("284", "400", "491", "704", "853", "853", "853", "895"),
    ]


def test_findings_of_a_whole_region_stand_apart(tables: dict[str, pd.DataFrame]) -> None:
    evidence = tables["evidence"]
    whole = evidence[evidence["region_code"].notna()]
    assert whole["evidence_id"].tolist() == [  # the three rows with municipality "maakunta"
        "r02-documented_model-1",
        "r02-documented_model-2",
        "r02-forum-1",
    ]
    assert whole["municipality_code"].isna().all()


def test_an_identifier_of_a_finding_tells_its_place_and_criterion(
    tables: dict[str, pd.DataFrame],
) -> None:
    for row in tables["evidence"].itertuples():
        place = f"r{row.region_code}" if pd.isna(row.municipality_code) else row.municipality_code
        assert re.fullmatch(rf"{place}-{row.criterion}-[1-9]", row.evidence_id)


def test_a_search_in_vain_is_no_evidence_but_set_aside(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    aside = tables["set_aside"]
    in_vain = ["Hirvensalmi", "Lieto", "Marttila", "Oripää", "Taivassalo"]
    assert aside["row_text"].str.split(":").str[0].tolist() == in_vain
    assert set(aside["table_name"]) == {"evidence"}
    assert set(aside["reason"]) == {"searched_in_vain"}
    code_of = tables["municipalities"].set_index("name_fi")["municipality_code"]
    found = set(tables["evidence"]["municipality_code"].dropna())
    assert not found & set(code_of[in_vain])
    assert found | set(code_of[in_vain]) == codes  # of all others something is known


def test_the_evidence_of_the_counties_is_that_of_the_facts(
    tables: dict[str, pd.DataFrame],
) -> None:
    rows = tables["county_evidence"][["wellbeing_county_code", "criterion", "answer", "year"]]
    assert list(rows.itertuples(index=False, name=None)) == [
        ("05", "grants_continue", "yes", 2023),
        ("05", "grants_continue", "yes", 2024),
        ("05", "grants_continue", "yes", 2025),
        ("05", "grants_continue", "yes", 2026),
        ("05", "ngo_council", "yes", 2020),
        ("12", "grants_continue", "yes", 2025),
        ("12", "ngo_council", "no", 2024),
    ]


def test_nothing_was_found_after_the_collection(tables: dict[str, pd.DataFrame]) -> None:
    for name in ("evidence", "county_evidence"):
        assert tables[name]["year"].max() <= 2026
    assert tables["organisations"]["source_year"].max() <= 2026


# Outlines


def test_every_municipality_has_one_valid_outline_in_degrees(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    outlines = tables["boundaries"]
    assert isinstance(outlines, gpd.GeoDataFrame)
    assert len(outlines) == 38
    assert set(outlines["municipality_code"]) == codes
    assert outlines.crs == "EPSG:4326"
    assert outlines.is_valid.all()
    assert set(outlines.geom_type) == {"MultiPolygon"}
    west, south, east, north = outlines.total_bounds
    assert 19 < west < east < 32  # Finland lies between these
    assert 59 < south < north < 70.1


def test_outlines_have_at_most_five_decimals() -> None:
    text = (FIXED / "boundaries.geojson").read_text(encoding="utf-8")
    numbers = re.findall(r"-?\d+\.\d+", text)
    assert numbers
    assert not [number for number in numbers if len(number.split(".")[1]) > 5]


def test_outlines_keep_every_vertex_of_the_facts(tables: dict[str, pd.DataFrame]) -> None:
    # municipality_outlines.csv has 1,080 rows, one a vertex, and its rings are not closed; in a
    # file of outlines the first vertex of a ring stands once more at its end.
    vertices = 0
    for shape in tables["boundaries"].geometry:
        for part in shape.geoms:
            rings = [part.exterior, *part.interiors]
            vertices += sum(len(ring.coords) - 1 for ring in rings)
    assert vertices == 1080


def test_outlines_leave_neither_gaps_nor_overlaps(tables: dict[str, pd.DataFrame]) -> None:
    shapes = tables["boundaries"].to_crs("EPSG:3067").geometry
    assert shapely.coverage_is_valid(shapes.to_numpy())
    # Square metres: 27,596 square kilometres, and what overlaps would be missing in the union.
    assert shapes.union_all().area == pytest.approx(shapes.area.sum(), abs=1)
    assert all(not part.interiors for part in shapes.union_all().geoms)


# Ages and postal codes


def test_every_municipality_has_twenty_bands_of_age_without_a_gap(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    ages = tables["population_by_age"]
    assert set(ages["municipality_code"]) == codes
    assert set(ages["year"]) == {2018}
    for code, bands in ages.groupby("municipality_code"):
        assert len(bands) == 20, code
        bands = bands.sort_values("age_from")
        assert bands["age_from"].iloc[0] == 0
        assert bands["age_to"].isna().tolist() == [False] * 19 + [True]
        assert (bands["age_from"].iloc[1:].to_numpy() == bands["age_to"].iloc[:-1] + 1).all()
        assert bands["population"].sum() > 0


def test_inhabitants_by_age_add_up_to_those_of_the_facts(
    tables: dict[str, pd.DataFrame],
) -> None:
    # awk over population_by_age_2018.csv, by region and for the band 85-:
    # 02 478582, 10 136474, 85- 19509
    ages = tables["population_by_age"]
    region_of = tables["municipalities"].set_index("municipality_code")["region_code"]
    sums = ages.groupby(ages["municipality_code"].map(region_of))["population"].sum()
    assert sums.to_dict() == {"02": 478_582, "10": 136_474}
    assert ages.loc[ages["age_to"].isna(), "population"].sum() == 19_509


def test_there_are_562_postal_codes_of_the_two_regions(
    tables: dict[str, pd.DataFrame], codes: set[str]
) -> None:
    postcodes = tables["postcodes"]
    assert len(postcodes) == 562
    assert set(postcodes["municipality_code"]) == codes
    # awk over postcodes.csv: 218 of region 10, 344 of 02; by type 355, 61, 5, 1, 1, 139.
    region_of = tables["municipalities"].set_index("municipality_code")["region_code"]
    regions = postcodes["municipality_code"].map(region_of).value_counts().to_dict()
    assert regions == {"02": 344, "10": 218}
    types = postcodes["type_code"].value_counts().to_dict()
    assert types == {"1": 355, "2": 61, "3": 5, "4": 1, "5": 1, "6": 139}


# Liaisons, told without naming them


def test_the_liaisons_are_twelve_contacts_of_nine_names_in_eight_municipalities(
    tables: dict[str, pd.DataFrame],
) -> None:
    liaisons = tables["liaisons"]
    # Counted on the page: 1 + 1 + 2 + 1 + 2 + 1 + 1 + 2 + 1 = 12, Pertunmaa being Mäntyharju today.
    per_name = liaisons["municipality_name"].value_counts(sort=False).to_dict()
    assert per_name == {
        "Enonkoski": 1,
        "Juva": 1,
        "Kangasniemi": 2,
        "Mäntyharju": 1,
        "Pertunmaa": 2,
        "Puumala": 1,
        "Savonlinnan kaupunki": 1,
        "Sulkava": 2,
        "Rantasalmi": 1,
    }
    assert len(liaisons) == 12
    assert liaisons["municipality_code"].nunique() == 8


def test_every_liaison_has_the_code_of_a_municipality_of_today(
    tables: dict[str, pd.DataFrame],
) -> None:
    municipalities = tables["municipalities"]
    name_of = municipalities.set_index("municipality_code")["name_fi"]
    liaisons = tables["liaisons"]
    today = liaisons["municipality_code"].map(name_of)
    former = liaisons["municipality_name"] != today
    pairs = set(zip(liaisons["municipality_name"][former], today[former], strict=True))
    assert pairs == {("Pertunmaa", "Mäntyharju"), ("Savonlinnan kaupunki", "Savonlinna")}
    assert (liaisons["municipality_name"] == "Mäntyharju").sum() == 1  # the former name is kept
    south_savo = municipalities.loc[municipalities["region_code"] == "10", "municipality_code"]
    missing = set(south_savo) - set(liaisons["municipality_code"])
    assert sorted(name_of[list(missing)]) == ["Hirvensalmi", "Mikkeli", "Pieksämäki"]


def test_the_odd_e_mail_and_the_small_letter_are_kept_with_a_warning(
    tables: dict[str, pd.DataFrame],
) -> None:
    liaisons = tables["liaisons"]
    odd = ~liaisons["email"].str.fullmatch(r"[A-Za-z0-9._-]+@[a-z]+\.fi")
    small = liaisons["person_name"].str.split().str[-1].str[0].str.islower()
    assert odd.sum() == small.sum() == 1
    assert set(liaisons.loc[odd, "warning"]) == {"odd_email"}
    assert set(liaisons.loc[small, "warning"]) == {"lower_case_name"}
    assert liaisons.loc[odd, "email"].str.contains("ä").all()
    assert set(liaisons.loc[odd | small, "municipality_name"]) == {"Kangasniemi"}
    assert liaisons.loc[~(odd | small), "warning"].isna().all()


def test_a_second_role_stands_in_its_own_column(tables: dict[str, pd.DataFrame]) -> None:
    liaisons = tables["liaisons"]
    with_role = liaisons[liaisons["second_role"].notna()]
    assert with_role["municipality_name"].tolist() == ["Kangasniemi"]
    for column in ("person_name", "email", "second_role"):
        assert not liaisons[column].str.contains(",").any(), column
    assert liaisons["email"].notna().all()
    assert not liaisons["person_name"].str.contains("@").any()


def test_the_liaisons_have_a_page_but_no_date(tables: dict[str, pd.DataFrame]) -> None:
    liaisons = tables["liaisons"]
    assert set(liaisons["source_url"]) == {"https://www.esavo.fi/jarjestot"}
    assert liaisons["source_date"].isna().all()


# Discretion


@pytest.mark.parametrize("name", [name for name in FILES if name != "liaisons.csv"])
def test_no_e_mail_address_lies_anywhere_but_among_the_liaisons(name: str) -> None:
    text = (FIXED / name).read_text(encoding="utf-8")
    assert not E_MAIL.search(text)
    # One web address has the sign in its path; nothing else has it at all.
    assert "@" not in ADDRESS.sub("", text)


def test_no_liaison_is_named_in_any_other_file(tables: dict[str, pd.DataFrame]) -> None:
    names = [name.casefold().split() for name in tables["liaisons"]["person_name"]]
    turned = [" ".join(words) for words in names] + [" ".join(reversed(words)) for words in names]
    for name in FILES:
        if name != "liaisons.csv":
            text = (FIXED / name).read_text(encoding="utf-8").casefold()
            assert not any(person in text for person in turned), name


# Sources


def test_every_row_has_a_source_or_its_table_one_with_a_licence(
    tables: dict[str, pd.DataFrame],
) -> None:
    sources = tables["sources"].set_index("source_id")
    for name, table in TABLES.items():
        frame = tables[name]
        if "source_url" in frame.columns:
            shown = frame["source_url"].str.fullmatch(r"https?://\S+|[0-9a-f_]+\.txt")
            assert shown.fillna(False).all(), name
        for source_id in set(table.sources) & set(sources.index):
            row = sources.loc[source_id]
            for lang in ("fi", "sv", "en"):
                for word in ("title", "publisher", "licence", "attribution"):
                    assert row[f"{word}_{lang}"].strip(), (source_id, word, lang)


def test_every_source_is_that_of_a_table(tables: dict[str, pd.DataFrame]) -> None:
    used = {source_id for table in TABLES.values() for source_id in table.sources}
    assert set(tables["sources"]["source_id"]) <= used


def test_every_embedded_table_has_a_source(tables: dict[str, pd.DataFrame]) -> None:
    known = set(tables["sources"]["source_id"])
    assert [name for name, table in TABLES.items() if table.is_embedded and not known.intersection(
        table.sources)] == []  # fmt: skip


def test_the_service_classes_are_those_of_the_release_without_the_one_named_twice(
    tables: dict[str, pd.DataFrame],
) -> None:
    # 230 rows in service_classes.csv, of which P7.12 is there twice.
    classes = tables["service_classes"].set_index("service_class_code")
    assert len(classes) == 229
    assert classes.loc["P7.12", ["parent", "name_fi"]].tolist() == ["P7", "Ulosotto"]


def test_there_are_nine_purpose_classes(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["purpose_classes"]["purpose_class"].tolist() == list("123456789")


def test_every_source_has_its_caveats_in_three_languages_and_none_has_failed(
    tables: dict[str, pd.DataFrame],
) -> None:
    sources = tables["sources"]
    assert len(sources) == 10
    notes = sources[["note_fi", "note_sv", "note_en"]]
    assert notes.notna().all(axis=None)
    for row in notes.itertuples(index=False):
        assert len(set(row)) == 3
        # No number is lost or changed on the way from language to language.
        numbers = {tuple(sorted(re.findall(r"[0-9]+", text))) for text in row}
        assert len(numbers) == 1, row
    assert sources["fetch_notice"].isna().all()


def test_an_open_licence_has_its_text_and_what_was_quoted_says_so(
    tables: dict[str, pd.DataFrame],
) -> None:
    sources = tables["sources"]
    is_open = sources["licence_en"].str.startswith("CC")
    assert sources.loc[is_open, "licence_url"].str.startswith("https://creativecommons.org/").all()
    assert sources.loc[~is_open, "licence_url"].isna().all()
    quoted = sources.loc[~is_open].set_index("source_id")["licence_en"].to_dict()
    assert set(quoted) == {
        "esavo_liaisons",
        "seed_documents",
        "posti_postcodes",
        "prh_purpose_classes",
    }


# Files that can be read in a diff

# By the key, save where another order tells more: changes by the municipality of today, boards by
# region, groups and sources as they are shown, liaisons as on their page.
ORDER: dict[str, list[str]] = {
    "municipality_changes": ["new_code", "valid_from", "old_code"],
    "boards": ["region_code", "board_id"],
    "target_groups": [],
    "sources": [],
    "liaisons": [],
}


@pytest.mark.parametrize("name", CSV_FILES)
def test_rows_are_sorted(tables: dict[str, pd.DataFrame], name: str) -> None:
    table = TABLES[name.removesuffix(".csv")]
    order = ORDER.get(table.name, list(table.keys))
    frame = tables[table.name]
    if order:
        assert frame.sort_values(order, kind="stable").index.tolist() == list(range(len(frame)))


def test_groups_stand_with_the_catalogues_codes_first_and_everyone_last(
    tables: dict[str, pd.DataFrame],
) -> None:
    groups = tables["target_groups"]
    assert groups["scheme"].tolist() == ["ptv"] * 6 + ["own"] * 9
    assert groups["target_group_code"].iloc[-1] == "X.yleinen"


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_utf_8_with_plain_line_ends_and_a_last_one(name: str) -> None:
    body = (FIXED / name).read_bytes()
    assert not body.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in body
    assert body.endswith(b"\n")
    assert not body.endswith(b"\n\n")
    body.decode("utf-8")


@pytest.mark.parametrize("name", CSV_FILES)
def test_a_row_is_a_line_without_space_at_the_ends_of_its_cells(name: str) -> None:
    with (FIXED / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    lines = (FIXED / name).read_text(encoding="utf-8").count("\n")
    assert len(rows) == lines
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell != cell.strip()]


def test_an_outline_is_a_line_in_the_order_of_codes() -> None:
    lines = (FIXED / "boundaries.geojson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 38 + 2
    features = [json.loads(line.rstrip(",")) for line in lines[1:-1]]
    codes = [feature["properties"]["municipality_code"] for feature in features]
    assert codes == sorted(codes)
