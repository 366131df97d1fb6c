"""How fast a printed map is made, against geopandas' own plot of the same outlines in the same run.

The seconds are printed. The aim on two cores is 0.6 s for any form of a map of the two regions;
a sheet of A3 has twice the dots and a country eight times the municipalities.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from dashboards.export.choices import MAP_FORMATS
from dashboards.export.files import made
from dashboards.export.map_figure import SIZES, MapExport
from dashboards.export.picture_files import PictureFormat
from dashboards.export.scope import Scope
from dashboards.store import Store
from loaders import Settings
from tests.benchmarks.page import national_data

FIXED = Path(__file__).resolve().parents[2] / "data" / "fixed"

MOST = {"png": 2.5, "svg": 8.0, "pdf": 14.0}
"""How many times as long as a plot with no text at all, no legend and no font."""


def best(make: Callable[[], object], times: int = 4) -> float:
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        make()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def plain_plot(scope: Scope, paper: str, format: PictureFormat) -> None:
    """The same outlines by geopandas, saved by matplotlib."""
    width, height = SIZES[paper]
    figure = Figure(figsize=(width / 25.4, height / 25.4))
    scope.municipalities.to_crs("EPSG:3067").plot(ax=figure.add_subplot(), column="ladder")
    figure.savefig(io.BytesIO(), format=format, dpi=300)


@pytest.fixture(scope="module")
def scopes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Scope]:
    nation = national_data(tmp_path_factory.mktemp("nation"), organisations=2_000)
    return {
        "regions": Scope(store=Store.open(settings=Settings(data_dir=FIXED.parent))),
        "nation": Scope(store=Store.open(settings=Settings(data_dir=nation))),
    }


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("format", MAP_FORMATS)
def test_a_map_is_made_about_as_fast_as_a_plain_plot(
    scopes: dict[str, Scope],
    paper: str,
    format: PictureFormat,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {}
    for name, scope in scopes.items():
        export = MapExport(scope=scope, paper=paper, format=format)
        told[name] = best(lambda export=export: made(export))  # type: ignore[misc]
    plain = best(lambda: plain_plot(scopes["regions"], paper, format))
    with capsys.disabled():
        said = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in told.items())
        sys.stdout.write(f"\n{format} {paper}: {said}; plain plot {plain:.2f} s")
    assert told["regions"] < MOST[format] * plain
    # Eight times the municipalities, and the country's key of names.
    assert told["nation"] < 8 * told["regions"]
