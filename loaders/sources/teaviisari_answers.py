"""Answers of the municipalities to TEAviisari's questions on working with NGOs, as a file.

Publisher: Terveyden ja hyvinvoinnin laitos (THL)
Page: https://teaviisari.fi/
Licence: Public material without a licence; facts quoted with their source
Updated: Every second year, as a file taken by hand
Contains: Municipality, year, question and answer: support to associations, free premises, a named
    liaison for associations, regular meetings
Caveats: TEAviisari has no open interface for the single questions, so somebody has to carry them
    over into the template. A municipality that was not asked has no row: that is no "no".

The template is ``data/templates/teaviisari_answers.csv``; CSV and xlsx are read, with headings in
Finnish, Swedish or English:

- Kuntakoodi: Statistics Finland's code of three digits. Excel eats its leading zeros: 20 is taken
  as 020. A row that has a name alone is set aside, since names are matched elsewhere.
- Kunta: the name, for the reader; not used.
- Vuosi: the year of the answer.
- Kysymys: the question as TEAviisari puts it, or one of the codes of ``tables.CRITERIA`` (grants,
  premises, liaison, forum ...). Put no names of persons there.
- Vastaus: kyllä, ei, "ei vastausta" (asked, but not answered) or "ei koske"; ja, nej, "inget svar"
  and yes, no, "no answer" as well. An empty cell means that it was not asked: no row.

The rows of the template that have the code 000 are examples; they are set aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from loaders.source import Parsed, Source, Words
from loaders.sources._headings import HandRow, hand_rows
from loaders.sources._rows import SetAside, table_frame
from loaders.sources._teaviisari_questions import criterion_of
from loaders.tables import CRITERIA, EVIDENCE

SOURCE = Source(
    id="teaviisari_answers",
    title=Words(
        "TEAviisari: kuntien vastaukset järjestöyhteistyöstä",
        "TEAviisari: kommunernas svar om samarbetet med organisationer",
        "TEAviisari: the municipalities' answers on working with NGOs",
    ),
    publisher=Words(
        "Terveyden ja hyvinvoinnin laitos (THL)",
        "Institutet för hälsa och välfärd (THL)",
        "Finnish Institute for Health and Welfare (THL)",
    ),
    page="https://teaviisari.fi/",
    url=None,
    licence=Words(
        "Julkinen aineisto ilman lisenssiä; tiedot lainattu lähteineen",
        "Offentligt material utan licens; uppgifter citerade med källa",
        "Public material without a licence; facts quoted with their source",
    ),
    licence_url=None,
    attribution=Words(
        "Lähde: THL, TEAviisari, kuntajohdon tiedonkeruu",
        "Källa: THL, TEAviisari, datainsamlingen om kommunledningen",
        "Source: THL, TEAviisari, survey of municipal management",
    ),
    table=EVIDENCE.name,
    expected_rows=(1, 20_000),
    has_personal_data=False,
    updated="Every second year, as a file taken by hand",
    fresh_years=4,
    note=Words(
        "Kunnan oma vastaus kyselyyn. Kunta, jolta ei ole kysytty, ei ole vastannut kieltävästi.",
        "Kommunens eget svar på enkäten. En kommun som inte har tillfrågats har inte svarat nej.",
        "The municipality's own answer to a survey. One that was not asked has not said no.",
    ),
)

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "municipality_code": (
        "Kuntakoodi",
        "Kunnan koodi",
        "Kuntanumero",
        "Kuntanro",
        "Kommunkod",
        "Kommunnummer",
        "Municipality code",
    ),
    "municipality_name": (
        "Kunta",
        "Kunnan nimi",
        "Kommun",
        "Kommunens namn",
        "Municipality",
        "Municipality name",
    ),
    "year": ("Vuosi", "Tiedonkeruuvuosi", "År", "Year"),
    "question": ("Kysymys", "Kriteeri", "Fråga", "Kriterium", "Question", "Criterion"),
    "answer": ("Vastaus", "Svar", "Answer"),
}
REQUIRED = ("year", "question", "answer")

ANSWERS: Mapping[str, str] = {
    text: answer
    for answer, texts in {
        "yes": ("kyllä", "on", "ja", "yes", "true"),
        "no": ("ei", "ei ole", "nej", "no", "false"),
        "asked_no_answer": (
            "ei vastausta",
            "ei vastannut",
            "ei vastattu",
            "ei tietoa",
            "ei osaa sanoa",
            "en osaa sanoa",
            "inget svar",
            "ej svar",
            "vet ej",
            "no answer",
            "don't know",
            "asked_no_answer",
        ),
        "out_of_scope": ("ei koske", "berör inte", "gäller inte", "not applicable", "out_of_scope"),
    }.items()
    for text in texts
}
EXAMPLE_CODE = "000"
MAX_QUESTION = 200


def parse(body: bytes) -> Parsed:
    """Read the template as filled in.

    Parameters
    ----------
    body
        CSV or xlsx with the headings told above.

    Returns
    -------
    Parsed
        One row an answer, columns of ``tables.EVIDENCE``, in the order of the file. Answers to two
        questions on one criterion are both kept. Rejects have one of the reasons
        ``unknown_column``, ``repeated_column``, ``more_cells_than_headings``, ``example``,
        ``needs_municipality_code``, ``bad_municipality_code``, ``bad_year``,
        ``unclear_question``, ``unknown_answer``, ``personal_data`` (an e-mail in the question) and
        ``duplicate``; an answer is never quoted, since a name may stand there.

    Raises
    ------
    SourceChanged
        There is no table, or it lacks the year, the question or the answer.
    """
    aside = SetAside(SOURCE.id)
    rows: list[dict[str, object]] = []
    counts: dict[str, int] = {}
    seen: set[tuple[str, str, str]] = set()
    for row in hand_rows(body, headings=HEADINGS, required=REQUIRED, aside=aside):
        fault = _fault(row)
        if fault is None:
            continue
        code, year = row.cells["municipality_code"].zfill(3), row.cells["year"]
        answer = ANSWERS.get(row.cells["answer"].casefold(), "")
        question = row.cells["question"]
        stem = f"teaviisari-{code}-{criterion_of(question)}-{year}"
        key = (stem, question.casefold(), answer)
        if not fault and key in seen:
            fault = "duplicate"
        if fault:
            aside.reject(row.line, _shown(row), fault)
            continue
        seen.add(key)
        counts[stem] = counts.get(stem, 0) + 1
        rows.append(
            {
                "evidence_id": stem if counts[stem] == 1 else f"{stem}-{counts[stem]}",
                "municipality_code": code,
                "criterion": criterion_of(question),
                "answer": answer,
                "year": int(year),
                "kind": None if question.casefold() in CRITERIA else question[:MAX_QUESTION],
                "source_url": SOURCE.page,
            }
        )
    return Parsed(table_frame(EVIDENCE, rows), aside.frame())


def _fault(row: HandRow) -> str | None:
    """Why a row cannot be used, an empty text where it can; None where nothing was asked."""
    cells = row.cells
    code = cells["municipality_code"]
    if code and code.zfill(3) == EXAMPLE_CODE:
        return "example"
    if not cells["answer"]:
        return None
    if not code:
        return "needs_municipality_code"
    if not re.fullmatch("[0-9]{1,3}", code):
        return "bad_municipality_code"
    if not re.fullmatch("20[0-9]{2}", cells["year"]):
        return "bad_year"
    if "@" in cells["question"]:
        return "personal_data"
    if criterion_of(cells["question"]) is None:
        return "unclear_question"
    return "" if cells["answer"].casefold() in ANSWERS else "unknown_answer"


def _shown(row: HandRow) -> str:
    """What may be told of a row that is set aside: its codes."""
    forms = {"municipality_code": "[0-9]{1,3}", "year": "[0-9]{4}"}
    codes = [
        row.cells[field] for field, form in forms.items() if re.fullmatch(form, row.cells[field])
    ]
    return " ".join(codes)
