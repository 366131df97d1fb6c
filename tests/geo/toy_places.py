"""Places that several tests of geo share: the 38 municipalities, changes, and four squares."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely


def text_frame(columns: str, rows: str) -> pd.DataFrame:
    """Columns and rows written as text, cells between semicolons, all of type text."""
    cells = [[cell.strip() or None for cell in row.split(";")] for row in rows.strip().split("\n")]
    return pd.DataFrame(cells, columns=columns.split(), dtype="string")


def plain(column: pd.Series) -> list[str | None]:
    """The values as a list, None for what is missing."""
    return [None if pd.isna(value) else value for value in column]


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

# Four squares of 10 km, the lower codes to the south and west.
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
