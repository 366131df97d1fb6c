"""A local Innokylä: pages on models, fields left out or empty, the author's name always there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.servers.drive import Reply

AUTHOR = "Etunimi Sukunimi"
AREA_LABEL = "Paikkakunta maakunta tai hyvinvointialue"

# In the order of the reference; an empty value is a field that shows its label alone.
FIELDS: Mapping[str, str] = {
    "Toimintamallin nimi": "Esimerkkimalli",
    "Toimintamallin lyhyt kuvaus": "Esimerkkikunnan ja järjestöjen tapa toimia yhdessä.",
    "Toteutuspaikka": "Esimerkkikunnan yhteisötalo",
    AREA_LABEL: "Etelä-Savo",
    "Toimintamallin rahoittaja": "Esimerkkirahasto",
    "Toimintamallin kokonaisuus": "",
    "Tekijä": AUTHOR,
    "Luotu": "05.02.2021",
    "Viimeksi muokattu": "17.11.2025",
}


def model_page(
    path: str = "/fi/toimintamalli/esimerkki", *, title: str = "Esimerkkimalli", **fields: str
) -> str:
    """A page; ``fields`` by the first word of the label ("luotu"), "-" leaves a field out."""
    rows = []
    for label, usual in FIELDS.items():
        value = fields.get(label.split()[-1 if label.startswith("Toimintamallin") else 0].lower())
        value = usual if value is None else value
        if value != "-":
            rows.append(f"<div><div>{label}</div><div>{value}</div></div>")
    address = f"https://innokyla.fi{path}"
    return f"""<!DOCTYPE html>
<html lang="fi">
<head>
<meta charset="utf-8">
<title>{title} | Innokylä</title>
<link rel="canonical" href="{address}">
<meta property="og:url" content="{address}">
</head>
<body>
<nav><a href="/fi">Etusivu</a><a href="/fi/toimintamallit">Toimintamallit</a></nav>
<main>
<h1>{title}</h1>
<p>Esimerkkikunnan ja järjestöjen tapa toimia yhdessä.</p>
<h2>Perustiedot</h2>
{"".join(rows)}
<h2>Ratkaisun perusidea **</h2>
<p>Luotu yhdessä järjestöjen kanssa. Toteutuspaikka vaihtelee.</p>
<h2>Toimintaympäristö **</h2>
<p>Tekijä ei ole tässä.</p>
</main>
<footer>Innokylä</footer>
</body>
</html>
"""


@dataclass
class Innokyla:
    """The service: ``pages`` by path; others are not found, but any slug where ``any_slug``."""

    pages: Mapping[str, str | bytes] = field(default_factory=dict)
    any_slug: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        self.asked.append(path)
        page = self.pages.get(path)
        if page is None and self.any_slug and path.startswith("/fi/toimintamalli/"):
            page = model_page(path)
        if method != "GET" or page is None:
            return 404, {"Content-Type": "text/html"}, b"<html><body>Ei loydy</body></html>"
        content = page if isinstance(page, bytes) else page.encode()
        return 200, {"Content-Type": "text/html; charset=UTF-8"}, content
