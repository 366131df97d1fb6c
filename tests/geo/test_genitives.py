"""Genitives of every municipality in Finland, read by the one way in: municipality_from_name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Literal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.genitives import genitive_candidates
from geo.matching import municipality_from_name
from tests.geo.toy_places import CHANGES, MUNICIPALITIES, plain, text_frame

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
    found = municipality_from_name(pd.Series([written]), MUNICIPALITIES)
    assert plain(found["municipality_code"]) == [GENITIVES["municipality_code"][row]]


@settings(deadline=None)
@given(st.text(max_size=20))
def test_genitive_candidates_inflect_any_text(name: str) -> None:
    assert all(isinstance(form, str) for form in genitive_candidates(name))
