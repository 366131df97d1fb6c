"""Reads one company of the Business Information System as a record of the model; asks nothing.

Streets, care-of names and the names of people's own firms never leave this module.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from loaders.cleaning import is_business_id
from loaders.sources._homepages import web_address
from loaders.sources._prh_fields import Entry, Fields
from loaders.sources._prh_forms import PERSON
from loaders.sources._rows import SetAside
from loaders.tables import register_page

RECORD_PAGE = "https://avoindata.prh.fi/opendata-ytj-api/v3/companies?businessId="
"""What the system answers of one business id: the source of a record without a page of its own."""

MAX_NAME = 300
MAX_OTHER_NAMES = 30

ASSOCIATIONS, FOUNDATIONS = "3", "2"
_OWN_REGISTERS = {ASSOCIATIONS: "association", FOUNDATIONS: "foundation"}
_IN_REGISTER = "1"
_STATES = {"1": "registered", "2": "removed", "4": "ceased", "0": None, "3": None}
_SITUATIONS = {"KONK": "bankrupt", "SELTILA": "liquidation", "SANE": None}
_TRADE_NAME = "1"
_NAME_TYPES = (_TRADE_NAME, "2", "3", "4")  # parallel, auxiliary, translation of an auxiliary name
_ADDRESS_TYPES = ("1", "2")  # visiting, postal
_CURRENT_VERSION = "1"
_NO_FORM = "0"
_INDUSTRY_SETS = ("TOIMI", "TOIMI2", "TOIMI3", "TOIMI4")


class Reading(NamedTuple):
    """What was made of one company: its record, or None; and what was set aside, by reason.

    A record may be there and have reasons: those are of single fields that were left out.
    """

    record: dict[str, str | None] | None
    reasons: tuple[str, ...]


def business_id_of(company: object) -> str:
    """The business id that a company bears, an empty text where it bears none."""
    value = company.get("businessId") if isinstance(company, dict) else None
    text = value.get("value") if isinstance(value, dict) else None
    return text if isinstance(text, str) and is_business_id(text) else ""


class CompanyReader:
    """Makes records of companies and counts what it did not know.

    Parameters
    ----------
    forms
        Code of a company form to its legal form, or PERSON.
    today
        A date of ending after it is no end yet.
    aside
        Counts unknown keys, codes and kinds of values, by the name of the key, once a company.
    """

    def __init__(self, forms: Mapping[str, str], *, today: dt.date, aside: SetAside) -> None:
        self._forms = forms
        self._fields = Fields(today=today, aside=aside)

    def read(self, company: object) -> Reading:
        """Read one company; no value of whatever kind makes it fail."""
        fields = self._fields
        business_id = business_id_of(company)
        if not business_id or not isinstance(company, dict):
            return Reading(None, ("no_business_id",))
        fields.begin()
        fields.count_keys("company", company)
        fields.count_keys("businessId", company["businessId"])
        forms = fields.entries(company, "companyForms")
        own = self._own_registers(company)
        kind = self._kind(self._current(forms), own)
        if kind == PERSON:
            return Reading(None, ("may_name_a_person",))
        # The firm that it was before may have borne the name of a person.
        kinds = {self._forms.get(fields.label(form, "type")) for form in forms}
        name, others = self._names(company, with_former=PERSON not in kinds)
        if not name or len(name) > MAX_NAME:
            return Reading(None, ("long_name" if name else "no_name",))
        homepage, is_dropped = self._homepage(company)
        record = {
            "record_id": f"prh:{business_id}",
            "source_id": "prh_companies",
            "name": name,
            "other_names": " | ".join(others) or None,
            "business_id": business_id,
            "legal_form": kind,
            "industry_code": self._industry(company),
            "status": self._status(company, is_in_own_register=bool(own)),
            "registered": self._registered(company, own),
            "homepage": homepage,
            "source_url": register_page(business_id)
            if ASSOCIATIONS in own
            else RECORD_PAGE + business_id,
            "source_date": fields.date(company, "lastModified"),
        }
        record |= self._address(company)
        return Reading(record, ("homepage_dropped",) if is_dropped else ())

    def _names(self, company: Entry, *, with_former: bool) -> tuple[str, list[str]]:
        """The current trade name, and the other names in the order given."""
        fields = self._fields
        entries = fields.entries(company, "names")
        trade_names = [entry for entry in entries if fields.label(entry, "type") == _TRADE_NAME]
        current = self._current(trade_names)
        name = fields.text(current, "name") if current else ""
        others: dict[str, None] = {}
        for entry in entries:
            kind = fields.code("names", entry, "type", _NAME_TYPES)
            is_former = not self._is_current(entry) or fields.is_over(entry)
            other = fields.text(entry, "name").replace("|", "/")
            if not kind or not other or (is_former and not with_former):
                continue
            if len(other) > MAX_NAME:
                fields.note("names.name: too long")
                continue
            others[other] = None
        others.pop(name.replace("|", "/"), None)
        if len(others) > MAX_OTHER_NAMES:
            fields.note("names: more than are kept")
        return name, list(others)[:MAX_OTHER_NAMES]

    def _own_registers(self, company: Entry) -> dict[str, Entry]:
        """The entries that stand in the registers of associations and of foundations."""
        fields = self._fields
        return {
            register: entry
            for entry in fields.entries(company, "registeredEntries")
            if (register := fields.label(entry, "register")) in _OWN_REGISTERS
            and fields.label(entry, "type") == _IN_REGISTER
            and not fields.is_over(entry)
        }

    def _kind(self, form: Entry | None, own: Mapping[str, Entry]) -> str | None:
        """The legal form by the company form; where that says little, by the register it is in."""
        code = self._fields.label(form, "type") if form else ""
        kind = None
        if code not in ("", _NO_FORM):
            known = self._fields.code("companyForms", form or {}, "type", self._forms)
            kind = self._forms.get(known, "other")
        if kind in (None, "other"):
            return next((one for register, one in _OWN_REGISTERS.items() if register in own), kind)
        return kind

    def _status(self, company: Entry, *, is_in_own_register: bool) -> str | None:
        """The state by the liveness rule; who left the Trade Register may be in its own."""
        fields = self._fields
        state = _STATES.get(fields.code("company", company, "tradeRegisterStatus", _STATES))
        if is_in_own_register:
            state = "registered"
        if fields.is_over(company) and state != "removed":
            state = "ceased"
        situations = {
            _SITUATIONS.get(fields.code("companySituations", entry, "type", _SITUATIONS))
            for entry in fields.entries(company, "companySituations")
            if not fields.is_over(entry)
        }
        if state in ("removed", "ceased"):
            return state
        return next((one for one in ("bankrupt", "liquidation") if one in situations), state)

    def _registered(self, company: Entry, own: Mapping[str, Entry]) -> str | None:
        """The day it came into its own register, else into the Trade Register."""
        dates = [
            self._fields.date(own[name], "registrationDate")
            for name in _OWN_REGISTERS
            if name in own
        ]
        return next(filter(None, dates), None) or self._fields.date(company, "registrationDate")

    def _industry(self, company: Entry) -> str | None:
        fields = self._fields
        line = fields.object(company, "mainBusinessLine")
        code = fields.label(line, "type")
        fields.code("mainBusinessLine", line, "typeCodeSet", _INDUSTRY_SETS)
        if code and not re.fullmatch(r"[0-9]{2,5}", code):
            fields.note("mainBusinessLine.type: no industry code")
            return None
        return code or None

    def _homepage(self, company: Entry) -> tuple[str | None, bool]:
        """The web address, and whether there was something else in its place."""
        value = self._fields.text(self._fields.object(company, "website"), "url")
        homepage = web_address(value)
        return homepage, bool(value) and homepage is None

    def _address(self, company: Entry) -> dict[str, str | None]:
        """Postcode and municipality of one address: the visiting one, else the postal one."""
        fields = self._fields
        found = []
        for entry in fields.entries(company, "addresses"):
            kind = fields.code("addresses", entry, "type", _ADDRESS_TYPES)
            offices = fields.entries(entry, "postOffices")
            codes = {fields.text(office, "municipalityCode") for office in offices} - {""}
            if fields.text(entry, "country") not in ("", "FI") or not kind:
                continue
            if len(codes) > 1 or not all(re.fullmatch(r"[0-9]{3}", code) for code in codes):
                fields.note("postOffices.municipalityCode: not one code")
                codes = set()
            postcode = fields.text(entry, "postCode")
            if postcode and not re.fullmatch(r"[0-9]{5}", postcode):
                fields.note("addresses.postCode: no postcode")
                postcode = ""
            # A code of the municipality says more than a postcode; of equals the visiting one.
            found.append((not codes, not postcode, kind, min(codes, default=""), postcode))
        code, postcode = min(found)[3:] if found else ("", "")
        return {"postcode": postcode or None, "address_municipality_code": code or None}

    def _current(self, entries: Iterable[Entry]) -> Entry | None:
        """The entry that holds: of version 1 and not over, the newest; else the last that held."""
        return max(
            filter(self._is_current, entries),
            key=lambda entry: (
                not self._fields.is_over(entry),
                self._fields.date(entry, "registrationDate") or "",
            ),
            default=None,
        )

    def _is_current(self, entry: Entry) -> bool:
        return self._fields.label(entry, "version") in ("", _CURRENT_VERSION)
