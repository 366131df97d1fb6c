"""All the local services together, as a full refresh meets them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.servers import posti, prh, ptv, sotkanet, statfi
from tests.servers.drive import Reply, Service
from tests.servers.http import serving
from tests.servers.innokyla import Innokyla
from tests.servers.statfi_places import fixed_places, pertunmaa, whole_country

PAGE = Path(__file__).resolve().parents[1] / "fixtures" / "sources" / "esavo_liaisons.html"

FETCHED = (
    "esavo_liaisons",
    "innokyla_models",
    "posti_postcodes",
    "prh_companies",
    "ptv_organisations",
    "sotkanet_indicators",
    "statfi_boundaries",
    "statfi_division",
    "statfi_population",
)
"""The sources that can be asked, by name."""


class Page:
    """A service that has one page."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def answer(self, *_: object) -> Reply:
        return 200, {"Content-Type": "text/html; charset=utf-8"}, self.body


class Broken:
    """A service that can be made to answer with an error."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.status: int | None = None

    def answer(self, *request: Any) -> Reply:
        if self.status is not None:
            return self.status, {"Content-Type": "text/plain"}, b"Sorry"
        return self.service.answer(*request)


def services(**others: Service) -> dict[str, Broken]:
    """The services of the two regions by a short name; ``others`` stand in place of these."""
    codes = [place.code for place in fixed_places()]
    now = whole_country()
    before = sorted([*now, pertunmaa()])
    divisions = {year: now if year >= 2025 else before for year in range(2021, 2027)}
    register = ptv.small_register()
    ids = {one.business_id for one in register.organisations.values() if one.business_id}
    made: dict[str, Service] = {
        "statfi": statfi.Statfi(divisions=divisions),
        "ptv": ptv.Ptv(register=register),
        "prh": prh.PrhService([prh.company(business_id) for business_id in sorted(ids)]),
        "sotkanet": sotkanet.Sotkanet(
            municipality_codes=codes, indicators=[sotkanet.indicator(1068), sotkanet.indicator(324)]
        ),
        "posti": posti.Posti(municipality_codes=codes),
        "innokyla": Innokyla(any_slug=True),
        "esavo": Page(PAGE.read_bytes()),
    }
    return {name: Broken(service) for name, service in (made | others).items()}


def addresses(urls: Mapping[str, str]) -> dict[str, str]:
    """Source id to the beginning of its addresses at the local services."""
    return {
        **statfi.base_urls(urls["statfi"]),
        "ptv_organisations": urls["ptv"],
        "prh_companies": urls["prh"],
        "sotkanet_indicators": urls["sotkanet"],
        "posti_postcodes": urls["posti"],
        "innokyla_models": urls["innokyla"],
        "esavo_liaisons": urls["esavo"],
    }


OPTIONS = {"sotkanet_indicators.ids": "1068,324"}


@contextlib.contextmanager
def world(made: Mapping[str, Broken]) -> Iterator[dict[str, str]]:
    """Serve them all; give source id to address."""
    with serving(made) as urls:
        yield addresses(urls)
