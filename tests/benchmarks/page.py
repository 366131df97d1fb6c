"""How fast the page is, with Debian's Chromium: 308 municipalities, 110,000 organisations.

``python -m tests.benchmarks.page`` makes invented data of full size, serves it and prints the
figures; a part of it runs among the benchmarks (``test_page_speed.py``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import Browser, Page
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from loaders.embedded import read_table, write_tables
from loaders.tables import ORGANISATION_AREAS, TABLES
from tests.benchmarks.national import country
from tests.browser.conftest import (
    ROOT,
    answers,
    free_port,
    has_read_the_data,
)
from tests.chromium import chromium
from tests.servers.statfi_places import COUNTIES, REGIONS, Place

T = TypeVar("T")

FIXED = ROOT / "data" / "fixed"
VERTICES = 24
"""Points of an invented outline: as many as the generalised real ones have."""

CHANGES, CLICKS, VISITS, SESSIONS = 20, 20, 3, 50
FULL = 110_000

# What the figures are held against; printed beside them.
TARGETS = {
    "theme_ms_median": 35,
    "first_map_ms_median": 1500,
    "first_load_kb": 1300,
    "click_ms_median": 120,
    "session_mb": 1.5,
    "round_trip_ms_p95": 100,
    "up_s": 3,
}

# Installed before the page's own scripts: notes when the server is told of a theme.
NOTE_MESSAGES = """
window.sent = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (...message) {
  // Receipts of what the server sent before do not count: only what tells of a theme.
  if (String(message[0]).includes('"theme"')) window.sent.push(performance.now());
  return send.apply(this, message);
};
window.deep = (root, wanted) => {
  for (const node of root.querySelectorAll("*")) {
    if (node.matches(wanted)) return node;
    const found = node.shadowRoot ? window.deep(node.shadowRoot, wanted) : null;
    if (found) return found;
  }
  return null;
};
"""

# Milliseconds until a change of theme is painted, and messages sent until then. The message of a
# channel comes after the frame that was asked for has been painted.
THEME_CHANGE = """
(theme) => new Promise((done) => {
  const list = window.deep(document, "#theme-list");
  const place = window.deep(document, "path.place");
  const before = place.ownerSVGElement.querySelectorAll("path.place").length;
  const start = performance.now();
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const now = performance.now();
      done([now - start, window.sent.filter((at) => at >= start).length, before]);
    };
    channel.port2.postMessage(0);
  });
  list.value = theme;
  list.dispatchEvent(new Event("change", {bubbles: true}));
})
"""

# The same for a frame in which nothing changes.
EMPTY_FRAME = """
() => new Promise((done) => {
  const start = performance.now();
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => done(performance.now() - start);
    channel.port2.postMessage(0);
  });
})
"""

# Milliseconds from a click on a municipality until its card has another name.
CLICK = """
(code) => new Promise((done) => {
  const title = () => window.deep(document, "#profile h2");
  const before = title() ? title().textContent : "";
  const place = window.deep(document, `path[data-code="${code}"]`);
  const start = performance.now();
  place.dispatchEvent(new PointerEvent("pointerdown", {bubbles: true, pointerType: "mouse"}));
  window.dispatchEvent(new PointerEvent("pointerup"));
  place.dispatchEvent(new MouseEvent("click", {bubbles: true}));
  const look = () => {
    const now = title();
    if (now && now.textContent !== before) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  look();
})
"""


def national_data(folder: Path, *, organisations: int) -> Path:
    """A data folder of 308 municipalities and invented organisations, beside what is embedded."""
    fixed = folder / "fixed"
    shutil.copytree(FIXED, fixed)
    places = country()
    embedded = {
        name: read_table(TABLES[name], FIXED)
        for name in ("municipalities", "areas", "organisations", "organisation_target_groups")
    }
    towns = _municipalities(embedded["municipalities"], places)
    register = _organisations(embedded["organisations"], organisations)
    ids = register["organisation_id"].iloc[-organisations:].to_numpy()
    codes = np.array([place.code for place in places])
    seats = pd.DataFrame(
        {
            "organisation_id": ids,
            "relation": "domiciled",
            "area_code": codes[np.arange(organisations) % len(codes)],
        }
    )
    groups = read_table(TABLES["target_groups"], FIXED)["target_group_code"].to_numpy()
    served = pd.DataFrame(
        {
            "organisation_id": ids[::3],
            "target_group_code": groups[np.arange(len(ids[::3])) % len(groups)],
        }
    )
    write_tables(
        {
            "municipalities": towns,
            "areas": _areas(embedded["areas"]),
            "boundaries": _boundaries(places),
            "organisations": register,
            "organisation_areas": pd.concat(
                [read_table(ORGANISATION_AREAS, FIXED), seats], ignore_index=True
            ).astype(ORGANISATION_AREAS.dtypes),
            "organisation_target_groups": pd.concat(
                [embedded["organisation_target_groups"], served], ignore_index=True
            ).astype("string"),
        },
        fixed,
    )
    return folder


def _municipalities(real: pd.DataFrame, places: list[Place]) -> pd.DataFrame:
    rows = [
        {
            "municipality_code": place.code,
            "name_fi": place.name_fi,
            "name_sv": place.name_sv,
            "region_code": place.region,
            "wellbeing_county_code": place.county,
            "subregion_fi": place.subregion_fi,
            "urban_rural_fi": real["urban_rural_fi"].iloc[0],
            "languages": "fi",
            "population": place.population,
            "population_year": int(real["population_year"].iloc[0]),
            "land_km2": 500.0,
            "freshwater_km2": 20.0,
            "sea_km2": 0.0,
        }
        for place in places
        if place.code not in set(real["municipality_code"])
    ]
    return pd.concat([real, pd.DataFrame(rows)], ignore_index=True).astype(
        TABLES["municipalities"].dtypes
    )


def _areas(real: pd.DataFrame) -> pd.DataFrame:
    known = set(zip(real["level"], real["code"], strict=True))
    rows = [
        {"level": level, "code": code, "name_fi": name, "name_sv": name, "name_en": name}
        for level, names in (("region", REGIONS), ("wellbeing_county", COUNTIES))
        for code, name in names.items()
        if (level, code) not in known
    ]
    return pd.concat([real, pd.DataFrame(rows)], ignore_index=True).astype("string")


def _organisations(real: pd.DataFrame, count: int) -> pd.DataFrame:
    numbers = pd.Series(range(count)).astype("string")
    made = pd.DataFrame(
        {
            "organisation_id": "esimerkki-" + numbers,
            "name": "Esimerkki " + numbers + " ry",
            "sector": "esimerkki",
            "source_url": "https://example.fi/",
        }
    )
    made["is_umbrella"] = False
    return pd.concat([real, made], ignore_index=True).astype(TABLES["organisations"].dtypes)


def _boundaries(places: list[Place]) -> gpd.GeoDataFrame:
    """The outlines; those of invented municipalities get as many points as real ones have."""
    random = np.random.default_rng(2026)
    shapes = []
    for place in places:
        shape = shapely.MultiPolygon(shapely.get_parts(place.outline).tolist())
        if shapely.get_num_coordinates(shape) <= 5:
            dense = shapely.segmentize(shape, shape.length / VERTICES)
            wobble = random.normal(0, 0.006, (shapely.get_num_coordinates(dense) - 1, 2))
            shape = shapely.set_coordinates(
                dense, shapely.get_coordinates(dense) + np.vstack([wobble, wobble[:1]])
            )
        shapes.append(shape)
    frame = gpd.GeoDataFrame(
        {"municipality_code": pd.array([place.code for place in places], dtype="string")},
        geometry=shapely.set_precision(shapes, 1e-5),
        crs="EPSG:4326",
    )
    parts = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in frame.geometry]
    return frame.set_geometry(gpd.GeoSeries(parts, crs="EPSG:4326"))


@dataclass
class Server:
    """A dashboard in a process of its own, and how long it took to answer."""

    address: str
    process: subprocess.Popen[bytes]
    up_s: float
    cpu_s: float
    """Seconds of a processor until then: less at the mercy of what else the machine does."""
    ready_s: float
    """Seconds until a page has the data."""

    def megabytes(self) -> float:
        """What the process holds of the machine's memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024


@contextmanager
def served(data: Path | None, log: Path) -> Iterator[Server]:
    """Serve a data folder, or the embedded data, until the block ends."""
    port = free_port()
    settings = {"JARJESTOKARTTA_DATA_DIR": str(data)} if data else {}
    start = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboards", "serve", "--no-show", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            while not answers(f"{address}/liveness"):
                if process.poll() is not None or time.perf_counter() - start > 180:
                    raise RuntimeError(log.read_text(encoding="utf-8")[-2000:])
                time.sleep(0.02)
            up_s, cpu_s = time.perf_counter() - start, _cpu_s(process.pid)
            while not has_read_the_data(f"{address}/"):
                time.sleep(0.2)
            yield Server(address, process, up_s, cpu_s, time.perf_counter() - start)
        finally:
            process.terminate()
            process.wait(timeout=10)


def _cpu_s(pid: int) -> float:
    numbers = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Wire:
    """Bytes that a page took over the wire, those of its websocket among them."""

    page: Page
    files: dict[str, int] = field(default_factory=dict)
    socket: int = 0

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._file)
        session.on("Network.webSocketFrameReceived", self._frame)

    def _file(self, event: Mapping[str, Any]) -> None:
        self.files[event["requestId"]] = event["encodedDataLength"]

    def _frame(self, event: Mapping[str, Any]) -> None:
        self.socket += len(event["response"]["payloadData"].encode())

    def total(self) -> int:
        return sum(self.files.values()) + self.socket


def map_page(browser: Browser, server: Server) -> tuple[Page, Wire, float]:
    """A page of a new visitor, what it loaded, and milliseconds until the map stood."""
    page = browser.new_context(locale="fi-FI", reduced_motion="reduce").new_page()
    page.add_init_script(NOTE_MESSAGES)
    page.set_viewport_size({"width": 1400, "height": 1000})
    wire = Wire(page)
    return page, wire, _visited(page, server)


def _visited(page: Page, server: Server) -> float:
    page.goto(f"{server.address}/?view=map", wait_until="commit")
    page.wait_for_selector(".vector-map path.place", timeout=60_000)
    return float(page.evaluate("() => new Promise(requestAnimationFrame)"))


def browsing(browser: Browser, server: Server) -> dict[str, float]:
    """Figures of one visitor: bytes, first map, changes of theme and clicks."""
    page, wire, cold = map_page(browser, server)
    page.wait_for_selector("#municipalities", timeout=60_000)
    page.wait_for_timeout(500)
    first = wire.total()
    told = {"first_load_kb": first / 1000, "cold_map_ms": cold, "websocket_kb": wire.socket / 1000}
    told["first_map_ms_median"] = statistics.median(_visited(page, server) for _ in range(VISITS))
    page.wait_for_selector("#municipalities", timeout=60_000)
    page.wait_for_timeout(500)
    themes = page.evaluate("[...window.deep(document, '#theme-list').options].map((o) => o.value)")
    changes, messages = [], 0
    for at in range(CHANGES):
        took, sent, drawn = page.evaluate(THEME_CHANGE, themes[(at + 1) % len(themes)])
        changes.append(took)
        messages += sent
        page.wait_for_timeout(300)
    told |= {"theme_ms_median": statistics.median(changes), "messages_before_paint": messages}
    told |= {"drawn": drawn, "themes": len(themes)}
    frames = [page.evaluate(EMPTY_FRAME) for _ in range(CHANGES)]
    told["empty_frame_ms_median"] = statistics.median(frames)
    clicks = clicked(page, CLICKS)
    told |= {"click_ms_median": statistics.median(clicks), "click_ms_first": clicks[0]}
    told["click_ms_p95"] = _p95(clicks)
    page.context.close()
    return told


def clicked(page: Page, count: int) -> list[float]:
    """Milliseconds from a click to its card, for several municipalities."""
    codes = page.evaluate(
        "[...window.deep(document, 'g.ground').children].map((place) => place.dataset.code)"
    )
    step = max(1, len(codes) // count)
    took = []
    for code in codes[::step][:count]:
        took.append(page.evaluate(CLICK, code))
        page.wait_for_timeout(100)
    return took


class Visitors:
    """Sessions without a browser, in a thread of their own: the browser has a loop already."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.sockets: list[WebSocketClientConnection] = []
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def open(self, count: int) -> None:
        """Open sessions as a browser does: the page, its websocket, its document."""
        for _ in range(count):
            with urllib.request.urlopen(f"{self.server.address}/?view=map", timeout=60) as answer:
                page = answer.read().decode("utf-8")
            [token] = set(re.findall(r'"token":"([^"]+)"', page))
            self.sockets.append(self._do(self._connected(token)))

    async def _connected(self, token: str) -> WebSocketClientConnection:
        address = self.server.address.replace("http:", "ws:") + "/ws"
        origin = HTTPRequest(address, headers={"Origin": self.server.address})
        socket = await websocket_connect(origin, subprotocols=["bokeh", token])
        await _read(socket, "ACK")  # before it the server cannot listen yet
        await _asked(socket, "PULL-DOC-REQ", "PULL-DOC-REPLY")
        return socket

    def round_trips(self) -> list[float]:
        """Milliseconds of a message to the server and back, of each session."""
        return [self._do(_round_trip(socket)) for socket in self.sockets]

    def close(self) -> None:
        """End all sessions."""
        for socket in self.sockets:
            self.loop.call_soon_threadsafe(socket.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


async def _asked(socket: WebSocketClientConnection, request: str, reply: str) -> None:
    """Send a message of Bokeh's protocol and read until its answer has come whole."""
    for part in ({"msgid": "1", "msgtype": request}, {}, {}):
        await socket.write_message(json.dumps(part))
    await _read(socket, reply)


async def _read(socket: WebSocketClientConnection, kind: str) -> None:
    """Read messages until one of a kind has come: header, metadata, content."""
    while True:
        message = await socket.read_message()
        if message is None:
            raise RuntimeError("the server closed the session")
        if isinstance(message, str) and f'"msgtype":"{kind}"' in message[:300].replace(" ", ""):
            break
    for _ in range(2):
        await socket.read_message()


async def _round_trip(socket: WebSocketClientConnection) -> float:
    start = time.perf_counter()
    await _asked(socket, "SERVER-INFO-REQ", "SERVER-INFO-REPLY")
    return (time.perf_counter() - start) * 1000


def many_sessions(browser: Browser, server: Server, count: int = SESSIONS) -> dict[str, float]:
    """Memory that a session takes, and round trips and a visitor's clicks among the others."""
    visitors = Visitors(server)
    visitors.open(3)
    before = server.megabytes()
    visitors.open(count)
    told = {"session_mb": (server.megabytes() - before) / count, "server_mb": server.megabytes()}
    page, _, _ = map_page(browser, server)
    page.wait_for_selector("#municipalities", timeout=60_000)
    page.wait_for_timeout(500)
    told["click_ms_p95_many"] = _p95(clicked(page, CLICKS))
    told["round_trip_ms_p95"] = _p95(visitors.round_trips())
    page.context.close()
    visitors.close()
    return told


def _p95(values: list[float]) -> float:
    return float(np.quantile(values, 0.95))


def measured(folder: Path, *, organisations: int, sessions: int = SESSIONS) -> dict[str, float]:
    """All figures, for a country with so many organisations; times with their unit in the name."""
    start = time.perf_counter()
    data = national_data(folder / "data", organisations=organisations)
    told = {"organisations": organisations, "made_s": time.perf_counter() - start}
    if organisations >= FULL:
        with served(None, folder / "embedded.txt") as server:
            told |= {"up_s_embedded": server.up_s, "up_cpu_s_embedded": server.cpu_s}
            told["ready_s_embedded"] = server.ready_s
    with served(data, folder / "log.txt") as server, chromium() as browser:
        told |= {"up_s": server.up_s, "up_cpu_s": server.cpu_s, "ready_s": server.ready_s}
        told |= browsing(browser, server)
        told |= many_sessions(browser, server, sessions)
    return {name: round(value, 2) for name, value in told.items()}


def lines(told: Mapping[str, float]) -> str:
    """The figures, with their targets."""
    said = (f"{name}: {value:g}" for name, value in told.items())
    aims = {name: f" (target {target:g})" for name, target in TARGETS.items()}
    return "\n".join(f"  {line}{aims.get(line.split(':')[0], '')}" for line in said) + "\n"


def main(write: Callable[[str], object] = sys.stdout.write) -> None:
    """Measure at full size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=FULL)
    parser.add_argument("--json", action="store_true")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = measured(Path(folder), organisations=words.organisations)
    write(json.dumps(told) + "\n" if words.json else lines(told))


if __name__ == "__main__":
    main()
