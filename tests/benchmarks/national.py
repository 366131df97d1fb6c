"""A national refresh from local services: 308 municipalities, 110,000 organisations, the bulk file.

``python -m tests.benchmarks.national`` makes invented registers of full size, refreshes from them
in a process of its own and prints seconds and peak memory; a part of it runs among the benchmarks.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.bulk import business_ids_from, write_bulk
from tests.benchmarks.memory import peak_mb
from tests.servers import posti, prh, ptv, sotkanet, statfi
from tests.servers.drive import Service
from tests.servers.http import serving
from tests.servers.innokyla import Innokyla
from tests.servers.statfi_places import Place, fixed_places, invented, national
from tests.servers.world import PAGE, Page, addresses

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"
SOURCES = (
    "statfi_division",
    "statfi_boundaries",
    "statfi_population",
    "sotkanet_indicators",
    "posti_postcodes",
    "innokyla_models",
    "esavo_liaisons",
    "ptv_organisations",
    "prh_companies",
)


def country() -> list[Place]:
    """The 38 municipalities and 270 invented ones, whose names have no digit, as none has."""
    rows = [
        (code, f"Esimerkki{_word(number)}{_word(number // 97)}", *rest)
        for number, (code, _, *rest) in enumerate(invented(270))
    ]
    return [*fixed_places(), *national(rows)]


def register_csv(path: Path, *, organisations: int, business_ids: list[str]) -> None:
    """A list of associations as the register might give it, spread over all municipalities."""
    places = [place.name_fi for place in country()]
    with path.open("w", encoding="utf-8") as file:
        file.write("Rekisterinumero;Y-tunnus;Nimi;Kotipaikka;Tarkoitusluokka;Tila\n")
        for number in range(organisations):
            place = places[number % len(places)]
            known = business_ids[number] if number < len(business_ids) else ""
            name = f"Esimerkki {_word(number)} {number // 97} ry"
            file.write(f"{100_000 + number};{known};{name};{place};{number % 9 + 1};rekisterissä\n")


def _word(number: int) -> str:
    """An invented word, of which there are 97, so that names are alike but not the same."""
    return "".join(
        "kstplmnrvj"[int(digit)] + "aeiouyäöaa"[int(digit)] for digit in f"{number % 97}"
    )


def world_services(
    folder: Path, *, organisations: int, catalogued: int, companies: int
) -> tuple[dict[str, Service], Path]:
    """The services of a country, and the file of the register of associations."""
    places = country()
    codes = [place.code for place in places]
    ids = business_ids_from(1_000_000)
    business_ids = [next(ids) for _ in range(min(30_000, organisations // 3))]
    bulk = folder / "bulk.zip"
    write_bulk(bulk, companies=companies, business_ids=business_ids)
    file = folder / "register.csv"
    register_csv(file, organisations=organisations, business_ids=business_ids)
    register = ptv.invented(catalogued, codes)
    register.regions = _towns_by(places, "region")
    register.counties = _towns_by(places, "county")
    divisions = dict.fromkeys(range(2021, 2027), places)
    indicators = [sotkanet.indicator(1068), sotkanet.indicator(324)]
    return {
        "statfi": statfi.Statfi(divisions=divisions),
        "ptv": ptv.Ptv(register=register),
        "prh": prh.PrhService(bulk=bulk),
        "sotkanet": sotkanet.Sotkanet(municipality_codes=codes, indicators=indicators),
        "posti": posti.Posti(municipality_codes=codes),
        "innokyla": Innokyla(any_slug=True),
        "esavo": Page(PAGE.read_bytes()),
    }, file


def _towns_by(places: list[Place], level: str) -> dict[str, tuple[str, ...]]:
    areas: dict[str, list[str]] = {}
    for place in places:
        areas.setdefault(getattr(place, level), []).append(place.code)
    return {area: tuple(towns) for area, towns in areas.items()}


def measured_refresh(
    folder: Path, *, organisations: int, catalogued: int, companies: int
) -> dict[str, float]:
    """Refresh in a process of its own, so that the services' memory is not counted with it.

    Returns
    -------
    dict
        seconds, peak_mb, organisations, municipalities, and the rows and seconds of each source.
    """
    made, file = world_services(
        folder, organisations=organisations, catalogued=catalogued, companies=companies
    )
    shutil.copytree(FIXED, folder / "data" / "fixed", dirs_exist_ok=True)
    with serving(made) as urls:
        asked = {
            "folder": str(folder),
            "urls": addresses(urls),
            "register": str(file),
            "fewest": max(1, companies // 2),
        }
        told = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.national", "--refresh", json.dumps(asked)],
            check=False,
            capture_output=True,
            text=True,
        )
    if told.returncode:
        raise SystemExit(told.stderr[-4000:])
    return dict(json.loads(told.stdout.splitlines()[-1]))


def _refresh(asked: dict[str, object]) -> None:
    """The refresh itself: the whole country, every source and the register's file."""
    from dashboards.commands.refreshing import refreshed
    from loaders import Settings

    folder = Path(str(asked["folder"]))
    settings = Settings(
        data_dir=folder / "data",
        cache_dir=folder / "bodies",
        urls=dict(asked["urls"]),  # type: ignore[call-overload]
        options={
            "sotkanet_indicators.ids": "1068,324",
            "prh_companies.bulk": "yes",
            "prh_companies.bulk_fewest": str(asked["fewest"]),
        },
        year=2026,
    )
    start = time.perf_counter()
    done = refreshed(
        SOURCES,
        settings=settings,
        areas=["FI"],
        files={"association_register": Path(str(asked["register"]))},
    )
    seconds = time.perf_counter() - start
    faults = {line.source_id: line.fault for line in done.lines if line.fault}
    if faults or not done.is_used:
        raise SystemExit(f"not a refresh to measure: {faults}")
    from loaders.packages import current_package

    package = current_package(settings)
    rows = package.report["rows"] if package else {}
    told = {
        "seconds": round(seconds, 1),
        "peak_mb": round(peak_mb()),
        "organisations": rows.get("organisations"),
        "municipalities": rows.get("municipalities"),
    }
    told |= {f"{line.source_id}_s": round(line.seconds, 1) for line in done.lines}
    told |= {f"{line.source_id}_rows": line.rows for line in done.lines}
    sys.stdout.write(json.dumps(told) + "\n")


def main() -> None:
    """Measure at full size, or refresh in the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refresh")
    parser.add_argument("--organisations", type=int, default=110_000)
    parser.add_argument("--catalogued", type=int, default=4_000)
    parser.add_argument("--companies", type=int, default=820_000)
    words = parser.parse_args()
    if words.refresh:
        _refresh(json.loads(words.refresh))
        return
    with tempfile.TemporaryDirectory() as folder:
        told = measured_refresh(
            Path(folder),
            organisations=words.organisations,
            catalogued=words.catalogued,
            companies=words.companies,
        )
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
