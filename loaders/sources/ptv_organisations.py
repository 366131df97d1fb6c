"""NGOs of the Suomi.fi service catalogue, where they work, whom they serve, and where.

Publisher: Digi- ja väestötietovirasto
Page: https://kehittajille.suomi.fi/palvelut/palvelutietovaranto
Licence: CC0 1.0
Updated: Continuously, by the organisations themselves
Contains: Organisations of the kind "Organization" (associations, foundations, other bodies) with
    names, business identity code, home page and areas; their services with target groups and
    classes, also those of general descriptions; the places where they serve, with coordinates
Caveats: Associations may use the catalogue, and few do: one without a business identity code or
    without a long-lasting notice in Lähellä.fi is not in it, so this is no count of associations.
    Duplicates by business identity code occur. The catalogue tells no domicile. Contacts are left
    out, for they may be persons. A change of links between services and places does not touch the
    time of change, so everything is read anew each time.

Options: ``ptv_organisations.version`` (11, or 12 with ``ptv_organisations.key``),
``ptv_organisations.county_area`` (the path's word for wellbeing services counties in version 11),
``ptv_organisations.search`` (areas; register reads the whole register for regions too, with two to
three times as many calls, and finds those too that only a service of theirs brings to the area).
"""

from __future__ import annotations

from dataclasses import replace

from loaders.errors import SourceUnavailable
from loaders.source import Gathered, Gathering, Scope, Source, Words
from loaders.sources import _ptv_v11, _ptv_v12
from loaders.sources._ptv_frames import catalogue_frames
from loaders.sources._ptv_records import Book
from loaders.sources._ptv_v11 import V11
from loaders.sources._ptv_v12 import V12
from loaders.tables import (
    ORGANISATION_AREAS,
    ORGANISATION_RECORDS,
    ORGANISATION_TARGET_GROUPS,
    SERVICE_LOCATIONS,
    SERVICE_SERVICE_CLASSES,
    SERVICE_TARGET_GROUPS,
    SERVICES,
)

_CC0 = "CC0 1.0"

SOURCE = Source(
    id="ptv_organisations",
    title=Words(
        "Suomi.fi-palvelutietovaranto: järjestöt ja niiden palvelut",
        "Suomi.fi-servicedatalagret: organisationer och deras tjänster",
        "Suomi.fi Finnish Service Catalogue: NGOs and their services",
    ),
    publisher=Words(
        "Digi- ja väestötietovirasto",
        "Myndigheten för digitalisering och befolkningsdata",
        "Digital and Population Data Services Agency",
    ),
    page="https://kehittajille.suomi.fi/palvelut/palvelutietovaranto",
    url=_ptv_v11.BASE,
    licence=Words(_CC0, _CC0, _CC0),
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    attribution=Words(
        "Lähde: Suomi.fi-palvelutietovaranto (DVV)",
        "Källa: Suomi.fi-servicedatalagret (MDB)",
        "Source: Suomi.fi Finnish Service Catalogue (DVV)",
    ),
    table=ORGANISATION_RECORDS.name,
    more_tables=(
        ORGANISATION_AREAS.name,
        ORGANISATION_TARGET_GROUPS.name,
        SERVICES.name,
        SERVICE_TARGET_GROUPS.name,
        SERVICE_SERVICE_CLASSES.name,
        SERVICE_LOCATIONS.name,
    ),
    expected_rows=(1, 100_000),
    # Those of the whole country come with every area, however small it is.
    expected_per_municipality=(0.1, 10_000),
    has_personal_data=False,
    updated="Continuously, by the organisations themselves",
    update_days=7,
    needs=("statfi_division",),
    fresh_years=1,
    calls_per_minute=120,
    note=Words(
        "Järjestöille vapaaehtoinen: mukana ovat vain ne, jotka ovat itse kuvanneet palvelunsa tai "
        "joiden ilmoitukset siirtyvät Lähellä.fi:stä. Ei kerro, montako järjestöä alueella on.",
        "Frivilligt för organisationer: här finns bara de som själva har beskrivit sina tjänster "
        "eller vars meddelanden kommer från Lähellä.fi. Berättar inte hur många organisationer "
        "det finns i området.",
        "Voluntary for NGOs: only those that have described their services themselves, or whose "
        "notices come from Lähellä.fi, are here. It does not tell how many NGOs there are.",
    ),
)

VERSIONS = ("11", "12")
SEARCHES = ("areas", "register")


def gather(scope: Scope) -> Gathering:
    """Ask for organisations, then for their services, then for the places where they serve.

    Parameters
    ----------
    scope
        Needs municipalities, regions, wellbeing services counties and the regions these lie in;
        takes the options ``version``, ``key``, ``county_area`` and ``search``.

    Returns
    -------
    Gathering
        Frames of the seven tables; ``_ptv_v11`` and ``_ptv_v12`` tell which calls are made. Rejects
        are ``wrong_business_id`` (the organisation stays, without the code), ``outside_finland``,
        ``half_a_coordinate`` and ``coordinates_not_ok`` (the place stays, without the point), and
        of records left out ``not_a_record``, ``wrong_id``, ``no_name``, ``not_published``,
        ``no_organisation``, ``no_address``, ``no_area``, ``gone_meanwhile``. ``source_date`` is
        that of the record changed last.

    Raises
    ------
    SourceUnavailable
        An option cannot be read, or version 12 has no key.
    SourceChanged
        An answer is not of the form that the reference tells.
    """
    scope = _checked(scope)
    book = Book(today=scope.today)
    register = V12(scope, book) if scope.options["version"] == "12" else V11(scope, book)
    yield from register.organisations()
    yield from register.services()
    if scope.options["search"] == "register" and not scope.is_national:
        book.narrow(
            {"FI", *scope.municipality_codes, *scope.region_codes},
            frozenset(scope.wellbeing_county_codes),
        )
    yield from register.places()
    entries = (*book.organisations.values(), *book.services.values(), *book.places.values())
    return Gathered(
        frames=catalogue_frames(
            book,
            address=register.address,
            region_codes=scope.region_codes,
            regions_of_county=scope.regions_of_county,
        ),
        rejects=book.aside.frame(),
        surprises=dict(book.aside.surprises),
        source_date=max((entry.day for entry in entries if entry.day), default=None),
    )


def _checked(scope: Scope) -> Scope:
    """The scope with every option set and read, and the address of the version asked for."""
    version = scope.options.get("version") or VERSIONS[0]
    search = scope.options.get("search") or SEARCHES[0]
    for name, value, known in (("version", version, VERSIONS), ("search", search, SEARCHES)):
        if value not in known:
            raise SourceUnavailable(
                f"{SOURCE.id}.{name}={value[:40]!r}: expected {' or '.join(known)}."
            )
    base_url = scope.base_url
    if version == "12":
        if not scope.options.get("key"):
            raise SourceUnavailable(
                f"{SOURCE.id}: version 12 wants a key on every call, and none is set. Apply for "
                f"one at {SOURCE.page} and set the option {SOURCE.id}.key, or leave out "
                f"{SOURCE.id}.version to ask version 11."
            )
        if base_url.rstrip("/") == _ptv_v11.BASE:
            base_url = _ptv_v12.BASE
    options = {**scope.options, "version": version, "search": search}
    return replace(scope, base_url=base_url, options=options)
