"""Rows to municipalities: every way in, and every way to miss."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from geo.errors import CrsError, GeoError, UnmatchedPlaces
from geo.matching import (
    MATCHED_BY,
    RESULT_COLUMNS,
    assign_municipality,
    genitive_candidates,
    municipality_from_code,
    municipality_from_name,
    municipality_from_point,
    municipality_from_postcode,
    near_names,
)


def text_frame(columns: str, rows: str) -> pd.DataFrame:
    """Columns and rows written as text, cells between semicolons, all of type text."""
    cells = [[cell.strip() or None for cell in row.split(";")] for row in rows.strip().split("\n")]
    return pd.DataFrame(cells, columns=columns.split(), dtype="string")


MUNICIPALITIES = text_frame(
    "municipality_code name_fi name_sv",
    """
    019; Aura; Aura
    046; Enonkoski; Enonkoski
    097; Hirvensalmi; Hirvensalmi
    178; Juva; Juva
    202; Kaarina; S:t Karins
    213; Kangasniemi; Kangasniemi
    284; Koski Tl; Koskis
    304; Kustavi; Gustavs
    322; Kemiönsaari; Kimitoön
    400; Laitila; Letala
    423; Lieto; Lundo
    430; Loimaa; Loimaa
    445; Parainen; Pargas
    480; Marttila; S:t Mårtens
    481; Masku; Masku
    491; Mikkeli; S:t Michel
    503; Mynämäki; Virmo
    507; Mäntyharju; Mäntyharju
    529; Naantali; Nådendal
    538; Nousiainen; Nousis
    561; Oripää; Oripää
    577; Paimio; Pemar
    593; Pieksämäki; Pieksämäki
    623; Puumala; Puumala
    631; Pyhäranta; Pyhäranta
    636; Pöytyä; Pöytyä
    680; Raisio; Reso
    681; Rantasalmi; Rantasalmi
    704; Rusko; Rusko
    734; Salo; Salo
    738; Sauvo; Sagu
    740; Savonlinna; Nyslott
    761; Somero; Somero
    768; Sulkava; Sulkava
    833; Taivassalo; Tövsala
    853; Turku; Åbo
    895; Uusikaupunki; Nystad
    918; Vehmaa; Vemo
    """,
)
# S:t Mårtens ends in blanks in the source, and the matching must not mind.
MUNICIPALITIES.loc[MUNICIPALITIES["name_fi"] == "Marttila", "name_sv"] += "  "

CHANGES = text_frame(
    "old_code old_name_fi old_name_sv new_code new_name_fi valid_from kind",
    """
    588; Pertunmaa; Pertunmaa; 507; Mäntyharju; 2025-01-01; merged
    090; Heinävesi; Heinävesi; 090; Heinävesi; 2021-01-01; moved_region
    573; Parainen; Pargas; 445; Länsi-Turunmaa; 2009-01-01; merged
    533; Nauvo; Nagu; 445; Länsi-Turunmaa; 2009-01-01; merged
    445; Länsi-Turunmaa; Väståboland; 445; Parainen; 2012-01-01; renamed
    587; Pertteli; Sankt Bertils; 734; Salo; 2009-01-01; merged
    """,
)
# Invented: 801 into 802 into 803 into Salo; 811 and 812 in a circle; 821 into 822 elsewhere.
CHAIN = text_frame(
    "old_code old_name_fi old_name_sv new_code new_name_fi valid_from kind",
    """
    802; Toinenlelu; Andralek; 803; Kolmaslelu; 1995-01-01; merged
    801; Ensilelu; Förstalek; 802; Toinenlelu; 1990-01-01; merged
    803; Kolmaslelu; Tredjelek; 734; Salo; 2001-01-01; merged
    811; Kehälelu; Ringlek; 812; Ympyrälelu; 1990-01-01; merged
    812; Ympyrälelu; Rundlek; 811; Kehälelu; 1995-01-01; merged
    821; Vieraslelu; Gästlek; 822; Kaukolelu; 2009-01-01; merged
    """,
)

GENITIVES = text_frame(
    "municipality_code phrase",
    """
    019; Auran kunta
    046; Enonkosken kunta
    097; Hirvensalmen kunta
    178; Juvan kunta
    202; Kaarinan kaupunki
    213; Kangasniemen kunta
    284; Koski Tl:n kunta
    304; Kustavin kunta
    322; Kemiönsaaren kunta
    400; Laitilan kaupunki
    423; Liedon kunta
    430; Loimaan kaupunki
    445; Paraisten kaupunki
    480; Marttilan kunta
    481; Maskun kunta
    491; Mikkelin kaupunki
    503; Mynämäen kunta
    507; Mäntyharjun kunta
    529; Naantalin kaupunki
    538; Nousiaisten kunta
    561; Oripään kunta
    577; Paimion kaupunki
    593; Pieksämäen kaupunki
    623; Puumalan kunta
    631; Pyhärannan kunta
    636; Pöytyän kunta
    680; Raision kaupunki
    681; Rantasalmen kunta
    704; Ruskon kunta
    734; Salon kaupunki
    738; Sauvon kunta
    740; Savonlinnan kaupunki
    761; Someron kaupunki
    768; Sulkavan kunta
    833; Taivassalon kunta
    853; Turun kaupunki
    895; Uudenkaupungin kaupunki
    918; Vehmaan kunta
    """,
)

# The other municipalities of Finland: nominative and genitive, as the municipalities write them.
ELSEWHERE = """
Alajärvi Alajärven, Alavieska Alavieskan, Alavus Alavuden, Asikkala Asikkalan, Askola Askolan,
Akaa Akaan, Brändö Brändön, Eckerö Eckerön, Enontekiö Enontekiön, Espoo Espoon, Eura Euran,
Eurajoki Eurajoen, Evijärvi Evijärven, Finström Finströmin, Forssa Forssan, Föglö Föglön,
Geta Getan, Haapajärvi Haapajärven, Haapavesi Haapaveden, Hailuoto Hailuodon, Halsua Halsuan,
Hamina Haminan, Hammarland Hammarlandin, Hankasalmi Hankasalmen, Hanko Hangon,
Harjavalta Harjavallan, Hartola Hartolan, Hattula Hattulan, Hausjärvi Hausjärven,
Heinävesi Heinäveden, Helsinki Helsingin, Vantaa Vantaan, Hollola Hollolan, Huittinen Huittisten,
Humppila Humppilan, Hyrynsalmi Hyrynsalmen, Hyvinkää Hyvinkään, Hämeenkyrö Hämeenkyrön,
Hämeenlinna Hämeenlinnan, Heinola Heinolan, Ii Iin, Iisalmi Iisalmen, Iitti Iitin,
Ikaalinen Ikaalisten, Ilmajoki Ilmajoen, Ilomantsi Ilomantsin, Inari Inarin, Inkoo Inkoon,
Isojoki Isojoen, Isokyrö Isonkyrön, Imatra Imatran, Janakkala Janakkalan, Joensuu Joensuun,
Jokioinen Jokioisten, Jomala Jomalan, Joroinen Joroisten, Joutsa Joutsan, Juuka Juuan,
Juupajoki Juupajoen, Jyväskylä Jyväskylän, Jämijärvi Jämijärven, Jämsä Jämsän,
Järvenpää Järvenpään, Kaavi Kaavin, Kajaani Kajaanin, Kalajoki Kalajoen, Kangasala Kangasalan,
Kankaanpää Kankaanpään, Kannonkoski Kannonkosken, Kannus Kannuksen, Karijoki Karijoen,
Karkkila Karkkilan, Karstula Karstulan, Karvia Karvian, Kaskinen Kaskisten, Kauhajoki Kauhajoen,
Kauhava Kauhavan, Kauniainen Kauniaisten, Kaustinen Kaustisen, Keitele Keiteleen, Kemi Kemin,
Keminmaa Keminmaan, Kempele Kempeleen, Kerava Keravan, Keuruu Keuruun, Kihniö Kihniön,
Kinnula Kinnulan, Kirkkonummi Kirkkonummen, Kitee Kiteen, Kittilä Kittilän, Kiuruvesi Kiuruveden,
Kivijärvi Kivijärven, Kokemäki Kokemäen, Kokkola Kokkolan, Kolari Kolarin, Konnevesi Konneveden,
Kontiolahti Kontiolahden, Korsnäs Korsnäsin, Kotka Kotkan, Kouvola Kouvolan,
Kristiinankaupunki Kristiinankaupungin, Kruunupyy Kruunupyyn, Kuhmo Kuhmon, Kuhmoinen Kuhmoisten,
Kumlinge Kumlingen, Kuopio Kuopion, Kuortane Kuortaneen, Kurikka Kurikan, Kuusamo Kuusamon,
Outokumpu Outokummun, Kyyjärvi Kyyjärven, Kärkölä Kärkölän, Kärsämäki Kärsämäen, Kökar Kökarin,
Kemijärvi Kemijärven, Lahti Lahden, Laihia Laihian, Lapinlahti Lapinlahden,
Lappajärvi Lappajärven, Lappeenranta Lappeenrannan, Lapinjärvi Lapinjärven, Lapua Lapuan,
Laukaa Laukaan, Lemi Lemin, Lemland Lemlandin, Lempäälä Lempäälän, Leppävirta Leppävirran,
Lestijärvi Lestijärven, Lieksa Lieksan, Liminka Limingan, Liperi Liperin, Loppi Lopen,
Loviisa Loviisan, Luhanka Luhangan, Lumijoki Lumijoen, Lumparland Lumparlandin, Luoto Luodon,
Luumäki Luumäen, Lohja Lohjan, Maalahti Maalahden, Maarianhamina Maarianhaminan,
Merijärvi Merijärven, Merikarvia Merikarvian, Miehikkälä Miehikkälän, Muhos Muhoksen,
Multia Multian, Muonio Muonion, Mustasaari Mustasaaren, Muurame Muuramen, Myrskylä Myrskylän,
Mäntsälä Mäntsälän, Mänttä-Vilppula Mänttä-Vilppulan, Nakkila Nakkilan, Nivala Nivalan,
Nokia Nokian, Nurmes Nurmeksen, Nurmijärvi Nurmijärven, Närpiö Närpiön, Orimattila Orimattilan,
Orivesi Oriveden, Oulainen Oulaisten, Oulu Oulun, Padasjoki Padasjoen, Paltamo Paltamon,
Parikkala Parikkalan, Parkano Parkanon, Pelkosenniemi Pelkosenniemen, Perho Perhon,
Petäjävesi Petäjäveden, Pielavesi Pielaveden, Pietarsaari Pietarsaaren, Pihtipudas Pihtiputaan,
Pirkkala Pirkkalan, Polvijärvi Polvijärven, Pomarkku Pomarkun, Pori Porin, Pornainen Pornaisten,
Posio Posion, Pudasjärvi Pudasjärven, Pukkila Pukkilan, Punkalaidun Punkalaitumen,
Puolanka Puolangan, Pyhtää Pyhtään, Pyhäjoki Pyhäjoen, Pyhäjärvi Pyhäjärven, Pyhäntä Pyhännän,
Pälkäne Pälkäneen, Porvoo Porvoon, Raahe Raahen, Ranua Ranuan, Rauma Rauman,
Rautalampi Rautalammin, Rautavaara Rautavaaran, Rautjärvi Rautjärven, Reisjärvi Reisjärven,
Riihimäki Riihimäen, Ristijärvi Ristijärven, Rovaniemi Rovaniemen, Ruokolahti Ruokolahden,
Ruovesi Ruoveden, Rääkkylä Rääkkylän, Raasepori Raaseporin, Saarijärvi Saarijärven, Salla Sallan,
Saltvik Saltvikin, Savitaipale Savitaipaleen, Savukoski Savukosken, Seinäjoki Seinäjoen,
Sievi Sievin, Siikainen Siikaisten, Siikajoki Siikajoen, Siilinjärvi Siilinjärven, Simo Simon,
Sipoo Sipoon, Siuntio Siuntion, Sodankylä Sodankylän, Soini Soinin, Sonkajärvi Sonkajärven,
Sotkamo Sotkamon, Sottunga Sottungan, Sund Sundin, Suomussalmi Suomussalmen,
Suonenjoki Suonenjoen, Sysmä Sysmän, Säkylä Säkylän, Vaala Vaalan, Sastamala Sastamalan,
Siikalatva Siikalatvan, Taipalsaari Taipalsaaren, Taivalkoski Taivalkosken, Tammela Tammelan,
Tampere Tampereen, Tervo Tervon, Tervola Tervolan, Teuva Teuvan, Tohmajärvi Tohmajärven,
Toholampi Toholammin, Toivakka Toivakan, Tornio Tornion, Pello Pellon, Tuusniemi Tuusniemen,
Tuusula Tuusulan, Tyrnävä Tyrnävän, Ulvila Ulvilan, Urjala Urjalan, Utajärvi Utajärven,
Utsjoki Utsjoen, Uurainen Uuraisten, Uusikaarlepyy Uudenkaarlepyyn, Vaasa Vaasan,
Valkeakoski Valkeakosken, Varkaus Varkauden, Vesanto Vesannon, Vesilahti Vesilahden,
Veteli Vetelin, Vieremä Vieremän, Vihti Vihdin, Viitasaari Viitasaaren, Vimpeli Vimpelin,
Virolahti Virolahden, Virrat Virtain, Vårdö Vårdön, Vöyri Vöyrin, Ylitornio Ylitornion,
Ylivieska Ylivieskan, Ylöjärvi Ylöjärven, Ypäjä Ypäjän, Ähtäri Ähtärin, Äänekoski Äänekosken
"""


def codes(*values: object, changes: pd.DataFrame | None = None) -> list[str | None]:
    found = municipality_from_name(pd.Series(values), MUNICIPALITIES, changes=changes)
    return plain(found["municipality_code"])


def plain(column: pd.Series) -> list[str | None]:
    """The values as a list, None for what is missing."""
    return [None if pd.isna(value) else value for value in column]


def answer(value: object, changes: pd.DataFrame) -> tuple[str | None, ...]:
    found = municipality_from_name(pd.Series([value]), MUNICIPALITIES, changes=changes)
    return tuple(plain(found.iloc[0]))


# By name


@pytest.mark.parametrize(
    ("code", "phrase"), list(GENITIVES.itertuples(index=False, name=None)), ids=GENITIVES["phrase"]
)
def test_municipality_from_name_reads_the_genitive_of_all_38(code: str, phrase: str) -> None:
    found = municipality_from_name(pd.Series([phrase]), MUNICIPALITIES, changes=CHANGES)
    assert plain(found.iloc[0]) == [code, "genitive", None, None]


def test_municipality_from_name_reads_every_genitive_in_finland() -> None:
    pairs = [pair.strip().rsplit(" ", 1) for pair in ELSEWHERE.replace("\n", " ").split(",")]
    assert len(pairs) + len(MUNICIPALITIES) == 307  # and Pedersören kunta, a genitive by name
    names = pd.DataFrame(pairs, columns=["name_fi", "genitive"], dtype="string")
    elsewhere = names.assign(
        municipality_code=[f"x{number:03d}" for number in range(len(names))], name_sv=None
    )
    finland = pd.concat([MUNICIPALITIES, elsewhere], ignore_index=True)

    found = municipality_from_name(elsewhere["genitive"] + " kunta", finland)
    missed = elsewhere["genitive"][found["municipality_code"].ne(elsewhere["municipality_code"])]
    assert missed.tolist() == []

    # With the 38 alone not one of them may be taken for another.
    found = municipality_from_name(elsewhere["genitive"] + " kunta", MUNICIPALITIES)
    assert elsewhere["genitive"][found["matched_by"].notna()].tolist() == []


def test_municipality_from_name_reads_finnish_and_swedish_names() -> None:
    both = pd.concat([MUNICIPALITIES["name_fi"], MUNICIPALITIES["name_sv"]])
    found = municipality_from_name(both, MUNICIPALITIES)
    assert found["municipality_code"].tolist() == 2 * MUNICIPALITIES["municipality_code"].tolist()
    assert set(found["matched_by"][: len(MUNICIPALITIES)]) == {"name_fi"}
    # Aura is Aura in Swedish too, and then the Finnish name is the one that counts.
    assert set(found["matched_by"][len(MUNICIPALITIES) :]) == {"name_fi", "name_sv"}


@pytest.mark.parametrize(
    ("phrase", "code", "how"),
    [
        ("Åbo stad", "853", "name_sv"),
        ("Pargas stad", "445", "name_sv"),
        ("Reso stad", "680", "name_sv"),
        ("Lundo kommun", "423", "name_sv"),
        ("S:t Karins stad", "202", "name_sv"),
        ("Kimitoöns kommun", "322", "genitive"),
        ("S:t Michels stad", "491", "genitive"),
        ("Nådendals stad", "529", "genitive"),
        ("Staden Åbo", "853", "name_sv"),
        ("Turku kaupunki", "853", "name_fi"),
        ("Turun kaupunki / Åbo stad", "853", "genitive"),
    ],
)
def test_municipality_from_name_reads_names_with_a_word_for_municipality(
    phrase: str, code: str, how: str
) -> None:
    assert answer(phrase, CHANGES) == (code, how, None, None)


@pytest.mark.parametrize(
    "written",
    [
        "MYNÄMÄKI",
        "mynämäki",
        "  Mynämäki ",
        "Mynämäki\xa0",
        "\ufeffMynämäki",
        "My\xadnämäki",
        unicodedata.normalize("NFD", "Mynämäki"),
        "Mynämäen  \xa0 kunta",
        unicodedata.normalize("NFD", "MYNÄMÄEN KUNTA"),
        "Mynämäki/Virmo",
        "Virmo – Mynämäki",
        "Mynämäki-Virmo",
        "Mynämäki, Virmo",
    ],
)
def test_municipality_from_name_does_not_mind_case_spaces_and_unicode_form(written: str) -> None:
    assert codes(written) == ["503"]


@pytest.mark.parametrize("written", ["Turku/Åbo", "Turku - Åbo", "Åbo (Turku)", "Turku-Åbo"])
def test_municipality_from_name_reads_two_names_of_one_municipality(written: str) -> None:
    assert codes(written) == ["853"]


@pytest.mark.parametrize(
    "written",
    ["Turku/Raisio", "Turku - Reso", "Turku (Raisio)", "Turku / Lelula"],
)
def test_municipality_from_name_takes_nothing_from_names_that_disagree(written: str) -> None:
    assert codes(written) == [None]


@pytest.mark.parametrize(
    "written",
    ["Koski Tl", "Koski Tl.", "KOSKI TL", "Koski T.l.", "Koski (Tl)", "Koskis", "Kosken Tl kunta"],
)
def test_municipality_from_name_reads_koski_tl(written: str) -> None:
    assert codes(written) == ["284"]


@pytest.mark.parametrize("written", ["Koski", "Koski Hl", "Kosken kunta", "Koski kunta"])
def test_municipality_from_name_leaves_bare_koski_and_offers_koski_tl(written: str) -> None:
    assert codes(written) == [None]
    assert "Koski Tl" in near_names(written, MUNICIPALITIES)


@pytest.mark.parametrize("written", ["S:t Karins", "Sankt Karins", "St. Karins", "s:t  karins"])
def test_municipality_from_name_reads_every_spelling_of_sankt(written: str) -> None:
    assert codes(written) == ["202"]


@pytest.mark.parametrize(
    "written", ["", " ", ".", "/", "maakunta", "Mikkelin maalaiskunta", "Lelula"]
)
def test_municipality_from_name_leaves_what_is_no_municipality(written: str) -> None:
    assert codes(written) == [None]


def test_municipality_from_name_does_not_read_a_genitive_without_its_word() -> None:
    assert codes("Salon", "Salon kaupunki") == [None, "734"]


def test_municipality_from_name_gives_a_form_of_two_municipalities_to_neither() -> None:
    # Leluon can be of Leluo, and of Leluko with its k worn away; other forms are of one alone.
    two = text_frame("municipality_code name_fi name_sv", "001; Leluko; \n 002; Leluo;")
    written = pd.Series(["Leluon kunta", "Lelukon kunta", "Leluo", "Leluko"])
    found = municipality_from_name(written, two)
    assert plain(found["municipality_code"]) == [None, "001", "002", "001"]


def test_municipality_from_name_reads_both_halves_of_a_double_name_of_the_table() -> None:
    double = text_frame("municipality_code name_fi name_sv", "478; Lelumaa - Leksand; Leksand")
    written = pd.Series(["Lelumaa", "Leksand", "Lelumaan kaupunki", "Lelumaa - Leksand"])
    found = municipality_from_name(written, double)
    assert found["municipality_code"].tolist() == ["478"] * 4


@pytest.mark.parametrize(
    "written", ["Pertunmaa", "Pertunmaan kunta", "pertunmaa kunta", "Pertunmaa kommun"]
)
def test_municipality_from_name_keeps_the_year_of_a_former_municipality(written: str) -> None:
    assert answer(written, CHANGES) == ("507", "former_name", "Pertunmaa", "2025-01-01")


def test_municipality_from_name_gives_the_finnish_name_of_a_swedish_former_one() -> None:
    assert answer("Nagu", CHANGES) == ("445", "former_name", "Nauvo", "2009-01-01")
    assert answer("S:t Bertils", CHANGES) == ("734", "former_name", "Pertteli", "2009-01-01")
    assert answer("Nauvo/Nagu", CHANGES) == ("445", "former_name", "Nauvo", "2009-01-01")


def test_municipality_from_name_prefers_the_name_of_today_to_the_same_former_one() -> None:
    assert answer("Parainen", CHANGES) == ("445", "name_fi", None, None)
    assert answer("Paraisten kaupunki", CHANGES) == ("445", "genitive", None, None)


def test_municipality_from_name_knows_a_name_that_was_changed() -> None:
    expected = ("445", "former_name", "Länsi-Turunmaa", "2012-01-01")
    assert answer("Länsi-Turunmaan kaupunki", CHANGES) == expected


def test_municipality_from_name_tells_a_place_outside_from_an_unknown_one() -> None:
    assert answer("Heinäveden kunta", CHANGES) == (None, "outside_area", None, "2021-01-01")
    assert answer("Vieraslelu", CHAIN) == (None, "outside_area", "Vieraslelu", "2009-01-01")
    assert answer("Kaukolelu", CHAIN) == (None, "outside_area", None, None)
    assert answer("Heinävesi / Lelula", CHANGES) == (None, None, None, None)


def test_municipality_from_name_follows_chains_and_keeps_the_first_year() -> None:
    assert answer("Ensilelu", CHAIN) == ("734", "former_name", "Ensilelu", "1990-01-01")
    assert answer("Kehälelu", CHAIN) == (None, "outside_area", "Kehälelu", "1990-01-01")


def test_municipality_from_name_without_changes_knows_no_former_names() -> None:
    assert codes("Pertunmaa", "Heinävesi") == [None, None]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30))))
def test_municipality_from_name_answers_any_text(written: list[str | None]) -> None:
    values = pd.Series(written, dtype="string")
    found = municipality_from_name(values, MUNICIPALITIES, changes=CHANGES)
    assert found.index.equals(values.index)
    assert tuple(found.columns) == RESULT_COLUMNS
    assert set(found["matched_by"].dropna()) <= set(MATCHED_BY)
    inside = found["matched_by"].notna() & found["matched_by"].ne("outside_area")
    assert found["municipality_code"].notna().tolist() == inside.tolist()


@settings(deadline=None)
@given(
    st.sampled_from(GENITIVES.index.tolist()),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase]),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.text(" \t\xa0\u2009", max_size=3),
)
def test_municipality_from_name_reads_any_dress_of_a_genitive(
    row: int,
    case: Callable[[str], str],
    form: Literal["NFC", "NFD", "NFKC", "NFKD"],
    blanks: str,
) -> None:
    phrase = unicodedata.normalize(form, case(GENITIVES["phrase"][row]))
    written = blanks + phrase.replace(" ", f" {blanks}") + blanks
    assert codes(written) == [GENITIVES["municipality_code"][row]]


@settings(deadline=None)
@given(st.text(max_size=20))
def test_genitive_candidates_inflect_any_text(name: str) -> None:
    assert all(isinstance(form, str) for form in genitive_candidates(name))


# By code


@pytest.mark.parametrize("value", ["019", "19", " 019 ", 19, 19.0, "19.0"])
def test_municipality_from_code_puts_lost_zeros_back(value: object) -> None:
    found = municipality_from_code(pd.Series([value]), MUNICIPALITIES)
    assert plain(found.iloc[0]) == ["019", "code", None, None]


@pytest.mark.parametrize("value", ["0019", "19.5", -19, "KU019", "", None, True, "999"])
def test_municipality_from_code_leaves_what_is_no_code(value: object) -> None:
    found = municipality_from_code(pd.Series([value]), MUNICIPALITIES, changes=CHANGES)
    assert plain(found.iloc[0]) == [None, None, None, None]


def test_municipality_from_code_follows_former_codes_and_keeps_the_year() -> None:
    values = pd.Series(["588", 573, "445"])
    found = municipality_from_code(values, MUNICIPALITIES, changes=CHANGES)
    assert [plain(row) for _, row in found.iterrows()] == [
        ["507", "former_code", "Pertunmaa", "2025-01-01"],
        ["445", "former_code", "Parainen", "2009-01-01"],
        ["445", "code", None, None],
    ]


def test_municipality_from_code_follows_chains_and_leaves_circles() -> None:
    values = pd.Series(["801", "802", "811", "821", "822"])
    found = municipality_from_code(values, MUNICIPALITIES, changes=CHAIN)
    assert plain(found["municipality_code"]) == ["734", "734", None, None, None]
    assert found["matched_by"].tolist() == 2 * ["former_code"] + 3 * ["outside_area"]
    assert plain(found["changed_on"]) == [
        "1990-01-01",
        "1995-01-01",
        "1990-01-01",
        "2009-01-01",
        None,
    ]


def test_municipality_from_code_keeps_the_code_of_who_moved_to_another_region() -> None:
    value = pd.Series(["090"])
    found = municipality_from_code(value, MUNICIPALITIES, changes=CHANGES)
    assert plain(found.iloc[0]) == [None, "outside_area", None, "2021-01-01"]
    wider = pd.DataFrame({"municipality_code": ["090"]}, dtype="string")
    found = municipality_from_code(value, wider, changes=CHANGES)
    assert plain(found.iloc[0]) == ["090", "code", None, None]


# By postcode

POSTCODES = text_frame(
    "postcode name_fi name_sv municipality_code type_code",
    """
    00010; LELUPOSTI; LEKPOST; 019; 2
    19430; PERTUNMAA; PERTUNMAA; 588; 1
    20100; TURKU; ÅBO; 853; 1
    20104; SMARTPOST; SMARTPOST; 853; 6
    79700; HEINÄVESI; HEINÄVESI; 090; 1
    """,
)


def test_municipality_from_postcode_reads_numbers_and_land_codes() -> None:
    values = pd.Series([10, "FI-20100", "fi 20104", " 20100", 20100.0, "20999", "FI-", None])
    found = municipality_from_postcode(values, POSTCODES)
    expected = ["019", "853", "853", "853", "853", None, None, None]
    assert plain(found["municipality_code"]) == expected
    assert plain(found["matched_by"]) == 5 * ["postcode"] + 3 * [None]


def test_municipality_from_postcode_leads_an_older_table_to_the_division() -> None:
    found = municipality_from_postcode(
        pd.Series([19430, 79700]), POSTCODES, municipalities=MUNICIPALITIES, changes=CHANGES
    )
    assert plain(found["municipality_code"]) == ["507", None]
    assert found["matched_by"].tolist() == ["postcode", "outside_area"]


# By point: four squares of 10 km, the lower codes to the south and west

SQUARES = gpd.GeoDataFrame(
    {"municipality_code": pd.array(["004", "003", "002", "001"], dtype="string")},
    geometry=shapely.box(
        [510_000, 500_000, 510_000, 500_000],
        [6_810_000, 6_810_000, 6_800_000, 6_800_000],
        [520_000, 510_000, 520_000, 510_000],
        [6_820_000, 6_820_000, 6_810_000, 6_810_000],
    ),
    crs="EPSG:3067",
)


def points(*pairs: tuple[float, float]) -> gpd.GeoSeries:
    """Points by kilometres from the south-western corner of the squares."""
    x = [500_000 + 1000 * east for east, _ in pairs]
    y = [6_800_000 + 1000 * north for _, north in pairs]
    return gpd.GeoSeries.from_xy(x, y, crs="EPSG:3067")


def test_municipality_from_point_finds_the_square_around_each_point() -> None:
    found = municipality_from_point(points((5, 5), (15, 5), (5, 15), (15, 15), (25, 5)), SQUARES)
    assert plain(found["municipality_code"]) == ["001", "002", "003", "004", None]
    assert plain(found["matched_by"]) == 4 * ["point"] + [None]


def test_municipality_from_point_gives_a_border_point_to_the_lowest_code() -> None:
    on_borders = points((10, 5), (15, 10), (10, 10), (10, 15), (0, 0))
    found = municipality_from_point(on_borders, SQUARES)
    assert found["municipality_code"].tolist() == ["001", "002", "001", "003", "001"]


def test_municipality_from_point_brings_the_points_to_the_crs_of_the_boundaries() -> None:
    given_in_degrees = points((5, 15), (10, 5), (10, 10), (25, 5)).to_crs("EPSG:4326")
    found = municipality_from_point(given_in_degrees, SQUARES)
    assert plain(found["municipality_code"]) == ["003", "001", "001", None]

    found = municipality_from_point(points((5, 15), (10, 10)), SQUARES.to_crs("EPSG:4326"))
    assert found["municipality_code"].tolist() == ["003", "001"]


def test_municipality_from_point_loses_no_point_of_a_slanting_border() -> None:
    halves = gpd.GeoDataFrame(
        {"municipality_code": ["001", "002"]},
        geometry=[
            shapely.Polygon([(0, 0), (1, 3), (0, 3)]),
            shapely.Polygon([(0, 0), (1, 0), (1, 3)]),
        ],
        crs="EPSG:3067",
    )
    along = np.linspace(0, 1, 1000)
    found = municipality_from_point(
        gpd.GeoSeries.from_xy(along, 3 * along, crs="EPSG:3067"), halves
    )
    assert set(found["municipality_code"]) == {"001"}


def test_municipality_from_point_leaves_empty_and_missing_points() -> None:
    holes = gpd.GeoSeries(
        [None, shapely.Point(), shapely.Point(np.nan, np.nan), shapely.Point(505_000, 6_805_000)],
        crs="EPSG:3067",
    )
    found = municipality_from_point(holes, SQUARES, max_distance_m=1000)
    assert plain(found["municipality_code"]) == [None, None, None, "001"]


def test_municipality_from_point_takes_the_nearest_within_the_distance() -> None:
    off = points((-1, 5), (20.5, 5), (-0.9, 10), (25, 25))
    found = municipality_from_point(off, SQUARES, max_distance_m=1000)
    # The third is as near to 001 as to 003.
    assert plain(found["municipality_code"]) == ["001", "002", "001", None]
    assert plain(found["matched_by"]) == 3 * ["point_near"] + [None]


def test_municipality_from_point_measures_the_distance_in_metres() -> None:
    off = points((-1.5, 5), (-0.5, 5)).to_crs("EPSG:4326")
    found = municipality_from_point(off, SQUARES.to_crs("EPSG:4326"), max_distance_m=1000)
    assert plain(found["municipality_code"]) == [None, "001"]


def test_municipality_from_point_leads_older_boundaries_to_the_division() -> None:
    old = SQUARES.assign(municipality_code=["588", "853", "090", "019"])
    found = municipality_from_point(
        points((15, 15), (5, 15), (15, 5), (25, 15)),
        old,
        municipalities=MUNICIPALITIES,
        changes=CHANGES,
        max_distance_m=6000,
    )
    assert plain(found["municipality_code"]) == ["507", "853", None, "507"]
    assert found["matched_by"].tolist() == ["point", "point", "outside_area", "point_near"]


def test_municipality_from_point_does_not_guess_a_crs() -> None:
    with pytest.raises(CrsError, match="points: no CRS"):
        municipality_from_point(gpd.GeoSeries.from_xy([1], [1]), SQUARES)
    with pytest.raises(CrsError, match="boundaries: no CRS"):
        municipality_from_point(points((1, 1)), SQUARES.set_crs(None, allow_override=True))


def test_municipality_from_point_takes_points_only_and_no_negative_distance() -> None:
    with pytest.raises(GeoError, match="4 of 4 rows are not points"):
        municipality_from_point(SQUARES, SQUARES)
    with pytest.raises(GeoError, match="max_distance_m is -1"):
        municipality_from_point(points((1, 1)), SQUARES, max_distance_m=-1)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-2, 22), st.integers(-2, 22)), min_size=1))
def test_municipality_from_point_gives_each_point_one_row(pairs: list[tuple[int, int]]) -> None:
    found = municipality_from_point(points(*pairs), SQUARES)
    assert len(found) == len(pairs)
    expected = [
        f"00{1 + (east > 10) + 2 * (north > 10)}"
        if 0 <= min(east, north) <= max(east, north) <= 20
        else None
        for east, north in pairs
    ]
    assert plain(found["municipality_code"]) == expected


# All together


def rows() -> pd.DataFrame:
    """Rows that are matched by code, name, postcode, not at all, and from outside."""
    return pd.DataFrame(
        {
            "who": ["a", "b", "c", "d", "e"],
            "code": ["019", None, "x", None, "090"],
            "place": ["Turku", "Pertunmaan kunta", None, "Lelula", "Salo"],
            "post": [20100, 20100, 20100, 99999, 20100],
        },
        index=[7, 7, 3, 1, 0],
    )


def test_assign_municipality_tries_code_then_name_then_postcode() -> None:
    frame = rows()
    assigned = assign_municipality(
        frame,
        MUNICIPALITIES,
        changes=CHANGES,
        postcodes=POSTCODES,
        code="code",
        name="place",
        postcode="post",
    )
    assert plain(assigned["municipality_code"]) == ["019", "507", "853", None, None]
    assert plain(assigned["matched_by"]) == [
        "code",
        "former_name",
        "postcode",
        None,
        "outside_area",
    ]
    assert plain(assigned["former_name"]) == [None, "Pertunmaa", None, None, None]
    assert plain(assigned["changed_on"]) == [None, "2025-01-01", None, None, "2021-01-01"]
    assert_frame_equal(assigned[frame.columns], frame)
    assert_frame_equal(frame, rows())


def test_assign_municipality_tries_the_point_last_and_keeps_geometry_and_crs() -> None:
    boundaries = SQUARES.assign(municipality_code=["853", "734", "588", "019"])
    frame = gpd.GeoDataFrame(
        {"place": ["Turku", None, "Lelula", None]},
        geometry=points((5, 5), (5, 5), (15, 5), (-0.5, 5)).to_crs("EPSG:4326").array,
        index=["d", "c", "b", "a"],
    )
    assigned = assign_municipality(
        frame,
        MUNICIPALITIES,
        changes=CHANGES,
        boundaries=boundaries,
        name="place",
        max_distance_m=1000,
    )
    assert assigned["municipality_code"].tolist() == ["853", "019", "507", "019"]
    assert assigned["matched_by"].tolist() == ["name_fi", "point", "point", "point_near"]
    assert isinstance(assigned, gpd.GeoDataFrame)
    assert assigned.crs == "EPSG:4326"
    assert assigned.index.tolist() == ["d", "c", "b", "a"]
    assert assigned.geometry.geom_equals(frame.geometry).all()


def test_assign_municipality_replaces_columns_of_an_earlier_run() -> None:
    once = assign_municipality(rows(), MUNICIPALITIES, name="place")
    twice = assign_municipality(once, MUNICIPALITIES, name="place", changes=CHANGES)
    assert twice.columns.tolist() == once.columns.tolist()
    assert plain(once["municipality_code"]) == ["853", None, None, None, "734"]
    assert plain(twice["municipality_code"]) == ["853", "507", None, None, "734"]


def test_assign_municipality_takes_a_frame_without_rows() -> None:
    assigned = assign_municipality(rows().iloc[:0], MUNICIPALITIES, name="place", code="code")
    assert len(assigned) == 0
    assert set(RESULT_COLUMNS) <= set(assigned.columns)
    assert {str(assigned[column].dtype) for column in RESULT_COLUMNS} == {"string"}


def test_assign_municipality_names_all_unmatched_places_and_nothing_else() -> None:
    frame = pd.DataFrame(
        {
            "person": ["Leelo Lelunen", "Nukke Nalle", "Pallo Palikka", "Heppa Hyrrä"],
            "place": ["Savonlinan kaupunki", "Koski", "Savonlinan kaupunki", None],
            "code": ["997", "998", None, None],
        }
    )
    with pytest.raises(UnmatchedPlaces) as caught:
        assign_municipality(frame, MUNICIPALITIES, code="code", name="place", on_unmatched="raise")
    assert list(caught.value.names) == ["Savonlinan kaupunki", "Koski"]
    assert caught.value.names["Savonlinan kaupunki"][0] == "Savonlinna"
    assert caught.value.names["Koski"][0] == "Koski Tl"
    message = str(caught.value)
    assert "'Savonlinan kaupunki' (near: Savonlinna" in message
    assert "1 row without a name" in message
    for unasked in ("Lelunen", "Nukke", "997", "998"):
        assert unasked not in message


def test_assign_municipality_raises_codes_where_no_name_was_asked_for() -> None:
    with pytest.raises(UnmatchedPlaces) as caught:
        assign_municipality(
            pd.DataFrame({"code": ["019", "997"]}),
            MUNICIPALITIES[["municipality_code"]],
            code="code",
            on_unmatched="raise",
        )
    assert caught.value.names == {"997": []}


def test_assign_municipality_quotes_twenty_names_and_keeps_all() -> None:
    frame = pd.DataFrame({"place": [f"Lelu {number}" for number in range(25)]})
    with pytest.raises(UnmatchedPlaces, match="5 more;") as caught:
        assign_municipality(frame, MUNICIPALITIES, name="place", on_unmatched="raise")
    assert len(caught.value.names) == 25


def test_assign_municipality_does_not_raise_for_a_place_outside() -> None:
    frame = pd.DataFrame({"place": ["Heinävesi"]})
    assigned = assign_municipality(
        frame, MUNICIPALITIES, changes=CHANGES, name="place", on_unmatched="raise"
    )
    assert assigned["matched_by"].tolist() == ["outside_area"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "nothing to match by"),
        ({"name": "plaice"}, "frame lacks plaice; it has who, code, place, post"),
        ({"postcode": "post"}, "without the table postcodes"),
        ({"name": "place", "on_unmatched": "drop"}, "on_unmatched is 'drop'"),
        ({"boundaries": SQUARES}, "points: no active geometry column"),
        ({"name": "place", "changes": CHANGES[["old_code"]]}, "changes lacks old_name_fi"),
    ],
)
def test_assign_municipality_says_what_is_missing(options: dict, message: str) -> None:
    with pytest.raises(GeoError, match=message):
        assign_municipality(rows(), MUNICIPALITIES, **options)


def test_every_way_in_keeps_order_and_a_doubled_index_and_its_input() -> None:
    index = pd.Index(["b", "a", "b"], name="key")
    words = pd.Series(["Turku", None, "Aura"], index=index)
    numbers = pd.Series([853, None, 19], index=index)
    before = words.copy(), numbers.copy(), MUNICIPALITIES.copy()
    for found in (
        municipality_from_name(words, MUNICIPALITIES, changes=CHANGES),
        municipality_from_code(numbers, MUNICIPALITIES, changes=CHANGES),
        municipality_from_point(points((15, 5), (30, 30), (5, 5)).set_axis(index), SQUARES),
    ):
        assert found.index.equals(index)
        assert found["municipality_code"].isna().tolist() == [False, True, False]
        assert {str(kind) for kind in found.dtypes} == {"string"}
    assert_series_equal(words, before[0])
    assert_series_equal(numbers, before[1])
    assert_frame_equal(MUNICIPALITIES, before[2])


def test_near_names_offers_former_names_if_it_knows_them() -> None:
    assert "Pertunmaa" not in near_names("Pertunma", MUNICIPALITIES)
    assert near_names("Pertunma", MUNICIPALITIES, changes=CHANGES, limit=1) == ["Pertunmaa"]


@settings(deadline=None)
@given(st.text(max_size=30), st.integers(1, 5))
def test_near_names_offers_only_known_names(name: str, limit: int) -> None:
    known = {*MUNICIPALITIES["name_fi"], *MUNICIPALITIES["name_sv"].str.strip()}
    offered = near_names(name, MUNICIPALITIES, limit=limit)
    assert len(offered) <= limit
    assert set(offered) <= known
