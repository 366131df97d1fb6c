"""The company forms of the Business Information System (code set YRMU): what each is in our words.

Nothing is asked here; which form a company has is read in ``_prh_company``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loaders.cleaning import decoded, squeezed
from loaders.errors import SourceChanged
from loaders.sources._rows import SetAside

CODE_SET = "YRMU"
MAX_BODY = 1_000_000
MAX_CODES = 1_000

PERSON = "person"
"""The kind of the forms whose trade names may be those of people; no legal form of the model."""

_NAMES: Mapping[str, str] = {
    "2": "Asunto-osakeyhtiö",
    "3": "Asukashallintoalue",
    "4": "Asumisoikeusyhdistys",
    "5": "Avoin yhtiö",
    "6": "Aatteellinen yhdistys",
    "7": "Eurooppalainen taloudellinen etuyhtymä",
    "8": "Eurooppalainen alueellisen yhteistyön yhtymä",
    "9": "Hypoteekkiyhdistys",
    "10": "Keskinäinen kiinteistöosakeyhtiö",
    "11": "Keskinäinen vakuutusyhtiö, julkinen",
    "12": "Keskinäinen vakuutusyhtiö",
    "13": "Kommandiittiyhtiö",
    "14": "Osuuskunta",
    "15": "Osuuspankki",
    "16": "Osakeyhtiö",
    "17": "Julkinen osakeyhtiö",
    "18": "Säätiö",
    "19": "Sivuliike",
    "20": "Säästöpankki",
    "21": "Taloudellinen yhdistys",
    "22": "Valtion liikelaitos",
    "23": "Julkinen vakuutusosakeyhtiö",
    "24": "Vakuutusosakeyhtiö",
    "25": "Vakuutusyhdistys",
    "26": "Yksityinen elinkeinonharjoittaja",
    "29": "Muu yhdistys",
    "31": "Erityislainsäädäntöön perustuva yhdistys",
    "35": "Metsänhoitoyhdistys",
    "38": "Muu taloudellinen yhdistys",
    "39": "Muu säätiö",
    "41": "Kunta",
    "42": "Kuntayhtymä",
    "44": "Evankelis-luterilainen kirkko",
    "45": "Ortodoksinen kirkko",
    "46": "Uskonnollinen yhdyskunta",
    "47": "Ylioppilaskunta tai osakunta",
    "60": "Ulkomainen yhteisö",
    "71": "Seurakunta tai paikallisyhteisö",
    "80": "Eurooppayhtiö",
    "83": "Eurooppaosuuskunta",
    "84": "Eurooppaosuuspankki",
}
"""Code to Finnish text, for when the code set cannot be read; ``/description`` goes before it."""

# The first that fits: European groupings are no partnerships, insurance associations no NGOs.
_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("other", r"eurooppalainen|(?:asumisoikeus|hypoteekki|metsänhoito|vakuutus)yhdistys"),
        (
            PERSON,
            r"elinkeinonharjoittaja|toiminimi|avoin yhtiö|kommandiittiyhtiö|kuolinpesä"
            r"|luonnollinen henkilö|isännistö|\b(?:verotus|elinkeino)?yhtymä\b",
        ),
        ("foundation", r"säätiö"),
        ("religious", r"uskonnolli|kirkko|seurakun"),
        ("association", r"yhdisty"),
        ("cooperative", r"osuus(?:kunta|pankki)"),
        ("company", r"yhtiö"),
    )
)
_LINE = re.compile(r"([0-9]{1,4})\t([^\t]{1,200})")


def kinds_of_forms(description: bytes | None, aside: SetAside) -> dict[str, str]:
    """Map the codes of company forms to legal forms.

    Parameters
    ----------
    description
        The answer of ``/description?code=YRMU&lang=fi``, or None where none came.
    aside
        Counts a code set that was not read, a line that is none, a code of another meaning.

    Returns
    -------
    dict
        Code to one of ``LEGAL_FORMS`` or PERSON; codes of the list kept here, changed and added to
        by the description.

    Examples
    --------
    >>> description = "18\\tSäätiö\\n99\\tMuu uskonnollinen yhteisö".encode()
    >>> kinds = kinds_of_forms(description, SetAside("toy"))
    >>> kinds["18"], kinds["99"], kinds["6"]
    ('foundation', 'religious', 'association')
    """
    kinds = {code: _kind(name) for code, name in _NAMES.items()}
    if description is None:
        aside.surprise(CODE_SET, "not read, the built-in list is used")
        return kinds
    try:
        described = _described(description, aside)
    except SourceChanged:
        aside.surprise(CODE_SET, "not readable, the built-in list is used")
        return kinds
    for code, name in described.items():
        kind = _kind(name)
        if kinds.setdefault(code, kind) != kind:
            aside.surprise(f"{CODE_SET} of another meaning", code)
            kinds[code] = kind
    return kinds


def _kind(name: str) -> str:
    text = name.casefold()
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")


def _described(body: bytes, aside: SetAside) -> dict[str, str]:
    if len(body) > MAX_BODY:
        raise SourceChanged(f"{aside.source_id}: {len(body)} bytes of form codes, expected few.")
    text = decoded(body, source_id=aside.source_id)
    lines = [line for line in text.splitlines() if line.strip()]
    matches = [_LINE.fullmatch(line.strip()) for line in lines]
    described = {match.group(1): squeezed(match.group(2)) for match in matches if match}
    odd = matches.count(None)
    if not described or odd > len(described) or len(described) > MAX_CODES:
        raise SourceChanged(
            f"{aside.source_id}: read the form codes; {len(lines)} lines came, {odd} of them not "
            "of a code, a tab and a text."
        )
    if odd:
        aside.surprise(CODE_SET, "a line without a code")
    return described
