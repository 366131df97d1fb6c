"""A local PRH open data service (YTJ API v3), traps included: for tests of what asks it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.servers.drive import Reply

PAGE_SIZE = 100
BULK_MEMBER = "data_20261121.json"
JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain;charset=UTF-8"}

FORMS_FI = (
    "6\tAatteellinen yhdistys\n18\tSäätiö\n21\tTaloudellinen yhdistys\n"
    "46\tUskonnollinen yhdyskunta\n"
)
"""The code set YRMU as far as the reference has it."""

SAMPLE: Mapping[str, Any] = json.loads(
    (Path(__file__).parent / "prh_companies.json").read_text(encoding="utf-8")
)["companies"][0]
"""The company of the reference's sample answer, word for word."""

FORM_LETTERS = {"AYH": "6", "SÄÄ": "18", "TYH": "21", "OK": "14", "OY": "16", "AY": "5", "KY": "13"}
"""Letters of the query to numbers of the answer."""

TOO_MANY: Reply = (429, TEXT, b"Too many requests")
"""At the shared limit: text, not JSON."""


def error(status: int, *, code_key: str = "errorcode") -> Reply:
    """An error as the service words it; its own schema also names the key ``code``."""
    body = {"timestamp": "2026-11-21 10:15:00", "message": "Invalid parameter", code_key: status}
    return status, JSON, json.dumps(body).encode()


class PrhService:
    """Answers as the reference says.

    Parameters
    ----------
    companies
        The companies it has, as the reference's sample shows them.
    forms
        What ``/description?code=YRMU`` gives, whatever the language.
    bulk
        The zip of ``/all_companies``, or the file that holds it; made of the companies when left
        out.
    faults
        Replies given in place of the right ones, by endpoint ("companies"); those of a list one
        after the other, then the right ones again.
    ignored
        Parameters of ``/companies`` that it does not know, as it ignores those of the old API.
    """

    def __init__(
        self,
        companies: Sequence[Mapping[str, Any]] = (),
        *,
        forms: str = FORMS_FI,
        bulk: bytes | Path | None = None,
        faults: Mapping[str, Reply | list[Reply]] | None = None,
        ignored: Sequence[str] = (),
    ) -> None:
        self.companies = list(companies)
        self.forms = forms
        self.bulk = bulk
        self.faults = dict(faults or {})
        self.ignored = frozenset(ignored)
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        endpoint = path.rstrip("/").rpartition("/")[2]
        self.asked.append((endpoint, query))
        fault = self.faults.get(endpoint)
        if isinstance(fault, list):
            fault = fault.pop(0) if fault else None
        if fault is not None:
            return fault
        if method != "GET":
            return error(405)
        answers = {
            "companies": self._companies,
            "description": self._description,
            "all_companies": self._all_companies,
        }
        return answers[endpoint](query) if endpoint in answers else error(404)

    def _companies(self, query: dict[str, list[str]]) -> Reply:
        asked = {key: values[0] for key, values in query.items() if key not in self.ignored}
        page = asked.get("page", "1")
        form = asked.get("companyForm")
        if not page.isdigit() or page == "0" or (form and form not in FORM_LETTERS):
            return error(400)
        found = [company for company in self.companies if _fits(company, asked)]
        start = (int(page) - 1) * PAGE_SIZE
        if start >= len(found):
            start = 0  # past the end the first page comes again
        result = {"totalResults": len(found), "companies": found[start : start + PAGE_SIZE]}
        try:
            return 200, JSON, json.dumps(result, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half a character, which only an escape can tell
            return 200, JSON, json.dumps(result).encode()

    def _description(self, query: dict[str, list[str]]) -> Reply:
        if query.get("code") != ["YRMU"] or query.get("lang", [""])[0] not in ("fi", "sv", "en"):
            return error(400)
        return 200, TEXT, self.forms.encode()

    def _all_companies(self, query: dict[str, list[str]]) -> Reply:
        bulk = self.bulk
        if bulk is None:
            bulk = zipped(json.dumps(self.companies, ensure_ascii=False).encode())
        body = bulk.read_bytes() if isinstance(bulk, Path) else bulk
        return 200, {"Content-Type": "application/zip"}, body


def zipped(body: bytes, *, name: str = BULK_MEMBER) -> bytes:
    """A zip with one member."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return file.getvalue()


def company(business_id: str, name: str = "Esimerkki ry", **changes: Any) -> dict[str, Any]:
    """The least that a company has, and a name and a form; ``changes`` go over it."""
    return {
        "businessId": {"value": business_id, "registrationDate": "1996-04-12", "source": "3"},
        "names": [{"name": name, "type": "1", "version": 1, "source": "1"}],
        "companyForms": [{"type": "6", "version": 1, "source": "1"}],
        "registeredEntries": [],
        "tradeRegisterStatus": "1",
        "lastModified": "2026-07-08T02:11:05",
    } | changes


def _fits(company: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    return all(_FITS[key](company, asked[key]) for key in _FITS if key in asked)


def _towns(company: Mapping[str, Any]) -> set[str]:
    addresses = company.get("addresses", [])
    return {office["city"] for address in addresses for office in address.get("postOffices", [])}


_FITS: Mapping[str, Callable[[Mapping[str, Any], str], bool]] = {
    "businessId": lambda company, text: company["businessId"]["value"] == text,
    "name": lambda company, text: any(
        text.casefold() in entry["name"].casefold() for entry in company.get("names", [])
    ),
    # A town is that of the postal address.
    "location": lambda company, text: text.upper() in _towns(company),
    # A letter in the question is a number in the answer.
    "companyForm": lambda company, text: any(
        entry["type"] == FORM_LETTERS[text] for entry in company.get("companyForms", [])
    ),
    "postCode": lambda company, text: any(
        entry.get("postCode") == text for entry in company.get("addresses", [])
    ),
}
