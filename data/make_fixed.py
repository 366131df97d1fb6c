"""Carries the collected fact tables over into data/fixed/; run once per collection, by hand.

    python data/make_fixed.py FOLDER_OF_FACTS SAVED_PAGE_OF_ESAVO FOLDER_OF_CODE_LISTS

Every correction made on the way is a line of this file, so that nothing is changed in silence.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.matching import assign_municipality
from loaders import load
from loaders.cleaning import is_business_id
from loaders.embedded import write_tables
from loaders.tables import TABLES

LANGUAGES = ("fi", "sv", "en")
FIXED = Path(__file__).resolve().parent / "fixed"
COLLECTED = "2026-11"
OWN_BOARDS = {"vslj_hallitus_2025"}  # an association's own board, says its row

# From the text of the merged rows: the municipality of Parainen bore this name in 2009-2011.
RENAMED = {
    "old_code": "445",
    "old_name_fi": "Länsi-Turunmaa",
    "old_name_sv": "Väståboland",
    "new_code": "445",
    "new_name_fi": "Parainen",
    "valid_from": "2012-01-01",
    "kind": "renamed",
    "detail": "name of the municipality in 2009-2011",
    "certainty": "general_knowledge",
}

# The answer of the collection to a criterion; a search in vain is no answer and makes no row.
CRITERION_OF_STATUS = {
    "documented_model": "documented_model",
    "forum_exists": "forum",
    "liaison_named": "liaison",
    "grant_principles": "grants",
}
# The nine main classes on the pages of the Finnish Patent and Registration Office; the English
# names are ours.
PURPOSE_CLASSES = [
    ("1", "Poliittiset yhdistykset", "Politiska föreningar", "Political associations"),
    (
        "2",
        "Ammattiin ja elinkeinoon liittyvät yhdistykset",
        "Föreningar med anknytning till yrke och näring",
        "Occupational and trade associations",
    ),
    (
        "3",
        "Sosiaali- ja terveysalan yhdistykset",
        "Föreningar inom social- och hälsovårdsbranschen",
        "Social and health associations",
    ),
    ("4", "Kulttuurialan yhdistykset", "Föreningar inom kulturbranschen", "Cultural associations"),
    ("5", "Vapaa-ajan yhdistykset", "Fritidsföreningar", "Leisure associations"),
    (
        "6",
        "Urheilu- ja liikuntayhdistykset",
        "Idrotts- och motionsföreningar",
        "Sports and exercise associations",
    ),
    (
        "7",
        "Uskontoon ja maailmankatsomukseen liittyvät yhdistykset",
        "Föreningar med anknytning till religion och världsåskådning",
        "Religious and world-view associations",
    ),
    (
        "8",
        "Maanpuolustukseen ja kansainvälisiin suhteisiin liittyvät yhdistykset",
        "Föreningar med anknytning till försvar och internationella relationer",
        "Defence and international associations",
    ),
    ("9", "Muut yhdistykset", "Övriga föreningar", "Other associations"),
]

COUNCIL = re.compile(r"neuvosto|neuvottelukunta|\w*råd\b", re.IGNORECASE)

STATFI = ("Tilastokeskus", "Statistikcentralen", "Statistics Finland")
NLS = ("Maanmittauslaitos", "Lantmäteriverket", "National Land Survey of Finland")
ESAVO = (
    "Etelä-Savon maakuntaliitto",
    "Södra Savolax landskapsförbund",
    "Regional Council of South Savo",
)
PRH = (
    "Patentti- ja rekisterihallitus",
    "Patent- och registerstyrelsen",
    "Finnish Patent and Registration Office",
)
OWN = ("Järjestökartta", "Järjestökartta", "Järjestökartta")
CC_BY = ("CC BY 4.0", "CC BY 4.0", "CC BY 4.0")
CC_BY_URL = "https://creativecommons.org/licenses/by/4.0/"
QUOTED = (
    "Julkinen aineisto ilman lisenssiä; tiedot lainattu lähteineen",
    "Offentligt material utan licens; uppgifter citerade med källa",
    "Public material without a licence; facts quoted with their source",
)

# Words are (Finnish, Swedish, English).
SOURCES = [
    {
        "source_id": "statfi_municipalities",
        "title": (
            "Kuntaluokitus 2026 ja väestö kunnittain",
            "Kommunklassificering 2026 och folkmängd kommunvis",
            "Classification of municipalities 2026 and population by municipality",
        ),
        "publisher": STATFI,
        "page": "https://stat.fi/fi/luokitukset/kunta",
        "licence": CC_BY,
        "licence_url": CC_BY_URL,
        "attribution": (
            "Lähde: Tilastokeskus, kuntaluokitus 2026 ja väestö 31.12.2022",
            "Källa: Statistikcentralen, kommunklassificering 2026 och folkmängd 31.12.2022",
            "Source: Statistics Finland, municipalities 2026 and population 31 December 2022",
        ),
        "source_date": "2026",
        "fresh_years": 1,
        "note": (
            "Koodit vuodelta 2026, väestö vuodelta 2022; Mäntyharjun väestössä on mukana "
            "Pertunmaa. Vain varmistetuiksi merkityt kuntajaon muutokset on tarkistettu vuosien "
            "2013–2026 luokitusavaimista.",
            "Koderna är från 2026 och folkmängden från 2022, i Mäntyharju inräknat Pertunmaa. "
            "Bara de ändringar i kommunindelningen som är märkta som verifierade har kontrollerats "
            "mot de årliga klassificeringsnycklarna 2013–2026.",
            "Codes of 2026; population of 2022, in which Mäntyharju includes Pertunmaa. "
            "Only the changes marked verified were checked against the yearly keys of 2013-2026.",
        ),
    },
    {
        "source_id": "nls_areas",
        "title": ("Pinta-alat kunnittain", "Arealer kommunvis", "Areas by municipality"),
        "publisher": NLS,
        "page": "https://www.maanmittauslaitos.fi/",
        "licence": CC_BY,
        "licence_url": CC_BY_URL,
        "attribution": (
            "Lähde: Maanmittauslaitos, pinta-alat kunnittain",
            "Källa: Lantmäteriverket, arealer kommunvis",
            "Source: National Land Survey of Finland, areas by municipality",
        ),
        "source_date": pd.NA,
        "fresh_years": 3,
        "note": (
            "Koonti ei kerro pinta-alojen vuotta.",
            "Av sammanställningen framgår inte vilket år arealerna gäller.",
            "The collection does not tell the year of the areas.",
        ),
    },
    {
        "source_id": "statfi_outlines",
        "title": (
            "Kuntien ääriviivat, noin 1:4 500 000",
            "Kommunernas konturer, cirka 1:4 500 000",
            "Municipality outlines, about 1:4,500,000",
        ),
        "publisher": tuple(f"{one} / {other}" for one, other in zip(STATFI, NLS, strict=True)),
        "page": "https://geo.stat.fi/geoserver/tilastointialueet/wfs",
        "licence": CC_BY,
        "licence_url": CC_BY_URL,
        "attribution": (
            "Lähde: Tilastokeskus / Maanmittauslaitos, kuntarajat, yleistetty",
            "Källa: Statistikcentralen / Lantmäteriverket, kommungränser, generaliserade",
            "Source: Statistics Finland / National Land Survey, boundaries, generalised",
        ),
        "source_date": "2026",
        "fresh_years": 1,
        "note": (
            "Yleistetty avoimista rajoista 100 metrin ruudukkoon, järvet mukana, meri pois: "
            "piirtämistä varten, ei mittaamista.",
            "Generaliserade från öppna gränser till ett rutnät på 100 meter, sjöar med, hav utan: "
            "för att rita, inte för att mäta.",
            "Generalised on a 100 m grid from open boundaries, lakes in, sea out: for drawing, "
            "not for measuring.",
        ),
    },
    {
        "source_id": "statfi_paavo",
        "title": (
            "Paavo, postinumeroalueittainen avoin tieto: väestö iän mukaan 2018",
            "Paavo, öppna uppgifter per postnummerområde: befolkning efter ålder 2018",
            "Paavo, open data by postal code area: inhabitants by age 2018",
        ),
        "publisher": STATFI,
        "page": "https://stat.fi/tup/paavo/index.html",
        "licence": CC_BY,
        "licence_url": CC_BY_URL,
        "attribution": (
            "Lähde: Tilastokeskus, Paavo (väestö 31.12.2018), summattu kunnittain",
            "Källa: Statistikcentralen, Paavo (befolkning 31.12.2018), summerad kommunvis",
            "Source: Statistics Finland, Paavo (population 31 December 2018), summed up",
        ),
        "source_date": "2018-12-31",
        "fresh_years": 2,
        "note": (
            "Vanhempi kuin vuoden 2022 väkiluvut: niitä ei yhdistetä kertomatta siitä.",
            "Äldre än folkmängden 2022: de blandas aldrig utan att det sägs.",
            "Older than the totals of 2022: never mixed with them without saying so.",
        ),
    },
    {
        "source_id": "posti_postcodes",
        "title": (
            "Postinumerotiedosto 13.4.2024",
            "Postnummerfilen 13.4.2024",
            "Postal code file 13 April 2024",
        ),
        "publisher": ("Posti", "Posti", "Posti"),
        "page": "https://www.posti.fi/webpcode/",
        "licence": (
            "Postin postinumerotietojen ehdot",
            "Postis villkor för postnummeruppgifter",
            "Posti's terms for postal code data",
        ),
        "licence_url": pd.NA,
        "attribution": (
            "Lähde: Posti, postinumerotiedosto 13.4.2024",
            "Källa: Posti, postnummerfilen 13.4.2024",
            "Source: Posti, postal code file, 13 April 2024",
        ),
        "source_date": "2024-04-13",
        "fresh_years": 1,
        "note": (
            "Entisen Pertunmaan (588) postinumerot on siirretty Mäntyharjulle (507).",
            "Postnumren i före detta Pertunmaa (588) har flyttats till Mäntyharju (507).",
            "Codes of the former Pertunmaa (588) moved to Mäntyharju (507).",
        ),
    },
    {
        "source_id": "ptv_target_groups",
        "title": (
            "Palvelutietovarannon kohderyhmät",
            "Servicedatalagrets målgrupper",
            "Target groups of the Finnish Service Catalogue",
        ),
        "publisher": (
            "Digi- ja väestötietovirasto",
            "Myndigheten för digitalisering och befolkningsdata",
            "Digital and Population Data Services Agency",
        ),
        "page": "https://www.suomi.fi/",
        "licence": ("CC0 1.0", "CC0 1.0", "CC0 1.0"),
        "licence_url": "https://creativecommons.org/publicdomain/zero/1.0/",
        "attribution": (
            "Lähde: Suomi.fi-palvelutietovaranto, Digi- ja väestötietovirasto",
            "Källa: Suomi.fi-servicedatalagret, Myndigheten för digitalisering och befolkningsdata",
            "Source: Suomi.fi Finnish Service Catalogue, Digital and Population Data Services "
            "Agency",
        ),
        "source_date": "2022",
        "fresh_years": 5,
        "note": (
            "Kohderyhmän KR1.6 ruotsinkielinen nimi on meidän: palvelutietovarannossa on vanhempi "
            "sana. Myös iät ovat meidän.",
            "Det svenska namnet på målgruppen KR1.6 är vårt: servicedatalagret har ett äldre ord. "
            "Även åldrarna är våra.",
            "The Swedish label of KR1.6 is ours: the catalogue's own is an older word. "
            "Ages are ours as well.",
        ),
    },
    {
        "source_id": "prh_purpose_classes",
        "title": (
            "Yhdistysrekisterin tarkoitusluokat",
            "Ändamålsklasserna i föreningsregistret",
            "Purpose classes of the Register of Associations",
        ),
        "publisher": PRH,
        "page": "https://yhdistysrekisteri.prh.fi/",
        "licence": QUOTED,
        "licence_url": pd.NA,
        "attribution": (
            "Lähde: Patentti- ja rekisterihallitus, yhdistysrekisteri",
            "Källa: Patent- och registerstyrelsen, föreningsregistret",
            "Source: Finnish Patent and Registration Office, Register of Associations",
        ),
        "source_date": "2025-01-02",
        "fresh_years": 5,
        "note": (
            "Yhdeksän pääluokkaa; englanninkieliset nimet ovat meidän. Noin joka viides yhdistys "
            "on luokittelematta.",
            "Nio huvudklasser; de engelska namnen är våra. Ungefär var femte förening är "
            "oklassificerad.",
            "Nine main classes; the English names are ours. About one association in five is "
            "unclassified.",
        ),
    },
    {
        "source_id": "esavo_liaisons",
        "title": (
            "Kuntien järjestö- ja hyvinvointiyhdyshenkilöt, Etelä-Savo",
            "Kommunernas kontaktpersoner för organisationer och välfärd, Södra Savolax",
            "Liaisons of the municipalities for NGOs and wellbeing, South Savo",
        ),
        "publisher": ESAVO,
        "page": "https://www.esavo.fi/jarjestot",
        "licence": QUOTED,
        "licence_url": pd.NA,
        "attribution": (
            "Lähde: Etelä-Savon maakuntaliitto, www.esavo.fi/jarjestot",
            "Källa: Etelä-Savon maakuntaliitto, www.esavo.fi/jarjestot",
            "Source: Etelä-Savon maakuntaliitto, www.esavo.fi/jarjestot",
        ),
        "source_date": pd.NA,
        "fresh_years": 4,
        "note": (
            "Sivulla ei ole päiväystä, joten sisältö lasketaan vanhentuneeksi. Sisältää "
            "henkilötietoja.",
            "Sidan är odaterad, så innehållet räknas som föråldrat. Innehåller personuppgifter.",
            "The page tells no date, so its content counts as stale. Persons: personal data.",
        ),
    },
    {
        "source_id": "jarjestokartta_collection",
        "title": (
            "Järjestökartan oma koonti julkisilta sivuilta",
            "Järjestökarttas egen sammanställning från offentliga sidor",
            "Järjestökartta's own collection from public pages",
        ),
        "publisher": OWN,
        "page": pd.NA,
        "licence": CC_BY,
        "licence_url": CC_BY_URL,
        "attribution": (
            "Lähde: Järjestökartta, koonti julkisista lähteistä, marraskuu 2026",
            "Källa: Järjestökartta, sammanställning från offentliga källor, november 2026",
            "Source: Järjestökartta, collection from public sources, November 2026",
        ),
        "source_date": "2026-11",
        "fresh_years": 4,
        "note": (
            "Jokainen rivi kertoo, miltä sivulta se on luettu, ja monet sivuista ovat vanhoja. "
            "Kerääjä päätteli kohderyhmät järjestön nimestä ja toimialasta. Mukana on vain osa "
            "järjestöistä.",
            "Varje rad anger vilken sida den är läst från, och många av sidorna är gamla. "
            "Insamlaren slöt sig till målgrupperna av organisationens namn och verksamhetsområde. "
            "Långt ifrån alla organisationer finns med.",
            "Each row names the page it was read from, and many of those pages are old. Target "
            "groups were read from name and field by the collector. Far from all organisations.",
        ),
    },
    {
        "source_id": "seed_documents",
        "title": (
            "Hankkeen pohja-asiakirjat: valtuustoaloite ja Innokylän malli",
            "Projektets grunddokument: en fullmäktigemotion och en Innokylä-modell",
            "Founding documents of the project: a council motion and an Innokylä model",
        ),
        "publisher": tuple(f"{name}; Innokylä" for name in ESAVO),
        "page": "https://innokyla.fi/",
        "licence": QUOTED,
        "licence_url": pd.NA,
        "attribution": (
            "Lähde: valtuustoaloite sote-järjestöjen neuvottelukunnasta; Innokylä",
            "Källa: fullmäktigemotion om en delegation för social- och hälsoorganisationer; "
            "Innokylä",
            "Source: council motion on a council of health and social NGOs; Innokylä",
        ),
        "source_date": pd.NA,
        "fresh_years": 4,
        "note": (
            "Rivit, joiden lähteenä on .txt-tiedosto, ovat näistä asiakirjoista.",
            "De rader som har en .txt-fil som källa kommer från dessa dokument.",
            "Rows that name a .txt file come from these documents.",
        ),
    },
]


def in_languages(source: dict[str, Any]) -> dict[str, Any]:
    """A row of the sources table: words in three columns, the day of the collection added."""
    row: dict[str, Any] = {"retrieved": COLLECTED, "fetch_notice": pd.NA, "update_days": pd.NA}
    for name, value in source.items():
        if isinstance(value, tuple):
            row |= {f"{name}_{lang}": word for lang, word in zip(LANGUAGES, value, strict=True)}
        else:
            row[name] = value
    return row


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read one fact table as text, white space at the ends cut, empty cells as NA."""
    frame = pd.read_csv(folder / name, dtype="string", encoding="utf-8", keep_default_na=False)
    frame = frame.apply(lambda column: column.str.strip())
    return frame.replace("", pd.NA)


def exploded(frame: pd.DataFrame, column: str, key: str) -> pd.DataFrame:
    """One row per key and part of a list that is kept with semicolons."""
    rows = frame[[key, column]].dropna().copy()
    rows[column] = rows[column].str.split(";")
    rows = rows.explode(column)
    rows[column] = rows[column].str.strip().astype("string")
    return rows[rows[column] != ""].drop_duplicates().reset_index(drop=True)


def identifier(name: str) -> str:
    """A readable identifier out of a name: ASCII, lower case, hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def with_clean_url(frame: pd.DataFrame) -> pd.DataFrame:
    """Move a remark in brackets from the address to the note."""
    parts = frame["source_url"].str.extract(r"^(?P<url>\S+)(?:\s+\((?P<remark>.+)\))?$")
    note = frame["note"].str.cat("(" + parts["remark"] + ")", sep=" ")
    return frame.assign(source_url=parts["url"], note=note.fillna(frame["note"]))


def outlines(folder: Path) -> gpd.GeoDataFrame:
    """Polygons of the vertex table, in EPSG:4326 with five decimals.

    Neighbours share their vertices, and equal vertices round to equal coordinates, so neither
    gaps nor overlaps arise.
    """
    vertices = read(folder, "municipality_outlines.csv")
    numbers = ["part", "ring", "vertex", "easting_m", "northing_m"]
    vertices[numbers] = vertices[numbers].astype("int64")
    codes, shapes = [], []
    for code, rows in vertices.groupby("municipality_code"):
        parts = []
        for _, part in rows.groupby("part"):
            rings = [
                ring.sort_values("vertex")[["easting_m", "northing_m"]].to_numpy()
                for _, ring in part.groupby("ring")
            ]
            parts.append(shapely.Polygon(rings[0], rings[1:]))
        codes.append(code)
        shapes.append(shapely.MultiPolygon(parts))
    frame = gpd.GeoDataFrame({"municipality_code": codes}, geometry=shapes, crs="EPSG:3067")
    frame = frame.to_crs("EPSG:4326")
    frame["geometry"] = [
        shapely.transform(shape, lambda points: points.round(5)) for shape in frame.geometry
    ]
    return frame


def main(folder: Path, page: Path, code_lists: Path) -> None:
    """Write every table of the collection, and the liaisons of a page, into data/fixed/."""
    made: dict[str, pd.DataFrame] = {}

    classes = read(code_lists, "service_classes.csv").rename(columns={"code": "service_class_code"})
    # The release names P7.12 twice: enforcement, without its parent, and what is P7.13 as well.
    twice = (classes["service_class_code"] == "P7.12") & (classes["name_fi"] != "Ulosotto")
    classes.loc[classes["service_class_code"] == "P7.12", "parent"] = "P7"
    made["service_classes"] = classes[~twice].sort_values("service_class_code")
    made["purpose_classes"] = pd.DataFrame(
        PURPOSE_CLASSES, columns=["purpose_class", "name_fi", "name_sv", "name_en"]
    )

    municipalities = read(folder, "municipalities.csv")
    levels = []
    for level in ("region", "wellbeing_county"):
        columns = [f"{level}_code", f"{level}_fi", f"{level}_sv", f"{level}_en"]
        area = municipalities[columns].drop_duplicates()
        area.columns = pd.Index(["code", "name_fi", "name_sv", "name_en"])
        levels.append(area.assign(level=level))
    areas = pd.concat(levels)
    # The names the two counties use of themselves, from the project's own documents.
    areas["short_name"] = (
        areas["code"]
        .map({"12": "Eloisa", "05": "Varha"})
        .where(areas["level"] == "wellbeing_county")
    )
    made["areas"] = areas.sort_values(["level", "code"])
    made["municipalities"] = municipalities.sort_values("municipality_code")
    code_of = municipalities.set_index("name_fi")["municipality_code"]
    region_of = municipalities.drop_duplicates("region_fi").set_index("region_fi")["region_code"]

    changes = read(folder, "municipality_changes.csv")
    changes["detail"] = changes["kind"].where(~changes["kind"].isin(["merged"]))
    changes["kind"] = changes["kind"].map(
        lambda kind: "moved_region" if kind.startswith("left") else "merged"
    )
    changes["certainty"] = changes["certainty"].map(
        lambda text: "verified" if text.startswith("verified") else "general_knowledge"
    )
    changes = pd.concat([changes, pd.DataFrame([RENAMED], dtype="string")])
    made["municipality_changes"] = changes.sort_values(["new_code", "valid_from", "old_code"])

    ages = read(folder, "population_by_age_2018.csv")
    bounds = ages["age_band"].str.extract(r"^(?P<age_from>\d+)-(?P<age_to>\d*)$")
    ages = ages.assign(age_from=bounds["age_from"], age_to=bounds["age_to"].replace("", pd.NA))
    ages["age_from"] = ages["age_from"].astype("Int64")
    ages["sex"] = "total"
    made["population_by_age"] = ages.sort_values(["municipality_code", "age_from"])

    made["boundaries"] = outlines(folder).sort_values("municipality_code")
    made["postcodes"] = read(folder, "postcodes.csv").sort_values("postcode")

    groups = read(folder, "target_groups.csv").rename(columns={"code": "target_group_code"})
    bounds = groups["statfin_ages"].str.extract(r"^(?P<age_from>\d+)-(?P<age_to>\d*)$")
    groups = groups.assign(age_from=bounds["age_from"], age_to=bounds["age_to"].replace("", pd.NA))
    groups["is_general"] = groups["target_group_code"] == "X.yleinen"
    made["target_groups"] = groups

    organisations = read(folder, "organisations.csv").rename(columns={"evidence": "note"})
    organisations["organisation_id"] = organisations["name"].map(identifier).astype("string")
    organisations["region_code"] = organisations["region"].map(region_of)
    organisations["is_umbrella"] = organisations["umbrella"].map({"yes": True, "no": False})
    years = organisations["source_date"].str.findall(r"\d{4}")
    organisations["source_year"] = years.map(
        lambda found: max(map(int, found)) if isinstance(found, list) and found else pd.NA
    )
    wrong = [i for i in organisations["business_id"].dropna() if not is_business_id(i)]
    if wrong:
        raise SystemExit(f"business identity codes with a wrong check digit: {wrong}")
    for column in ("register_number", "legal_form", "industry_code", "purpose_class", "status"):
        organisations[column] = pd.NA  # the collection tells none of them
    organisations = with_clean_url(organisations).sort_values("organisation_id")
    made["organisations"] = organisations

    domiciled = organisations[["organisation_id", "municipality"]].dropna()
    domiciled = domiciled.assign(
        relation="domiciled", area_code=domiciled["municipality"].map(code_of)
    )
    stated = exploded(organisations, "operates_in", "organisation_id")
    stated = stated.merge(organisations[["organisation_id", "region_code"]])
    is_region = stated["operates_in"] == "maakunta"
    stated["relation"] = is_region.map({True: "regional", False: "stated"})
    stated["area_code"] = stated["operates_in"].map(code_of).mask(is_region, stated["region_code"])
    made["organisation_areas"] = pd.concat([domiciled, stated]).sort_values(
        ["organisation_id", "relation", "area_code"]
    )
    made["organisation_target_groups"] = (
        exploded(organisations, "target_groups", "organisation_id")
        .rename(columns={"target_groups": "target_group_code"})
        .sort_values(["organisation_id", "target_group_code"])
    )

    boards = read(folder, "boards.csv").rename(columns={"evidence": "note", "area": "area_name"})
    boards["region_code"] = boards["region"].map(region_of)
    boards["municipality_code"] = (
        boards["area_name"].map(code_of).where(boards["level"] == "municipality")
    )
    # The facts name the region alone; a region in several counties would need the county's name.
    regions = municipalities.groupby("region_code")["wellbeing_county_code"]
    if (regions.nunique() != 1).any():
        raise SystemExit("a region lies in several counties: tell the county of each board")
    boards["wellbeing_county_code"] = (
        boards["region_code"].map(regions.first()).where(boards["level"] == "wellbeing_county")
    )
    boards["is_public"] = ~boards["board_id"].isin(OWN_BOARDS)
    made["boards"] = boards.sort_values(["region_code", "board_id"])

    seats = read(folder, "board_seats.csv").rename(
        columns={"evidence": "note", "seat_role": "role", "organisation": "organisation_name"}
    )
    number = seats.groupby("board_id").cumcount() + 1
    seats["seat_id"] = seats["board_id"] + "-" + number.astype("string").str.zfill(2)
    id_of = organisations.set_index("name")["organisation_id"]
    seats["organisation_id"] = seats["organisation_name"].map(id_of)
    seats["holder"] = "unknown"
    seats.loc[seats["sector"].notna(), "holder"] = "other"
    seats.loc[seats["target_groups"].notna(), "holder"] = "field"
    seats.loc[seats["organisation_name"].notna(), "holder"] = "organisation"
    # A secretary counts where the source counts an NGO's secretary among the members (Vehmaa).
    named_secretary = (seats["role"] == "secretary") & seats["organisation_name"].notna()
    counted = (seats["role"].isin(["chair", "vice_chair", "member"]) | named_secretary).astype(
        "boolean"
    )
    # The source does not tell how many seats such a row stands for, or whether it overlaps one.
    unclear = seats["note"].str.contains("number not shown|may overlap", na=False) | seats[
        "note"
    ].str.contains("members chosen broadly", na=False)
    seats["is_counted"] = counted.mask(unclear & counted)
    made["seats"] = seats.sort_values("seat_id")
    made["seat_target_groups"] = (
        exploded(seats, "target_groups", "seat_id")
        .rename(columns={"target_groups": "target_group_code"})
        .sort_values(["seat_id", "target_group_code"])
    )

    evidence = read(folder, "cooperation_evidence.csv").rename(columns={"evidence": "note"})
    in_vain = evidence["status"] == "none_found"
    made["set_aside"] = pd.DataFrame(
        {
            "table_name": "evidence",
            "row_text": evidence["municipality"] + ": " + evidence["note"],
            "reason": "searched_in_vain",
            "source_url": evidence["source_url"],
        }
    )[in_vain]
    evidence = evidence[~in_vain].copy()
    evidence["criterion"] = evidence["status"].map(CRITERION_OF_STATUS)
    council = (evidence["criterion"] == "forum") & evidence["kind"].str.contains(COUNCIL)
    evidence.loc[council, "criterion"] = "seats"
    evidence["answer"] = "yes"
    evidence["municipality_code"] = evidence["municipality"].map(code_of)
    whole_region = evidence["municipality"] == "maakunta"
    evidence["region_code"] = evidence["region"].map(region_of).where(whole_region)
    place = evidence["municipality_code"].fillna("r" + evidence["region_code"])
    stem = place + "-" + evidence["criterion"]
    evidence["evidence_id"] = stem + "-" + (evidence.groupby(stem).cumcount() + 1).astype("string")
    made["evidence"] = evidence.sort_values("evidence_id")

    made["county_evidence"] = (
        read(folder, "county_evidence.csv")
        .rename(columns={"evidence": "note"})
        .sort_values(["wellbeing_county_code", "criterion", "year"])
    )
    made["sources"] = pd.DataFrame([in_languages(source) for source in SOURCES])

    # In the order of the page, so that a new version of it is a small diff.
    made["liaisons"] = assign_municipality(
        load("esavo_liaisons", file=page).frame,
        made["municipalities"],
        changes=made["municipality_changes"],
        name="municipality_name",
    )

    for name, frame in made.items():
        table = TABLES[name]
        for column in table.columns:
            if column not in frame:
                raise SystemExit(f"{name}: column {column} was not made")
        made[name] = frame[list(table.columns)].reset_index(drop=True).astype(table.dtypes)
    write_tables(made, FIXED)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
