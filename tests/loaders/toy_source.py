"""A toy source, its scope, and a server on loopback that does with each request what it is told."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from types import ModuleType

import pandas as pd

from loaders import registry
from loaders.errors import LoaderError, SourceChanged
from loaders.source import Gathered, Gathering, Parsed, Request, Scope, Source, Words, rejects_frame
from loaders.tables import SEAT_TARGET_GROUPS

SOURCE = Source(
    id="toy",
    title=Words("Lelut", "Leksaker", "Toys"),
    publisher=Words("Esimerkki ry", "Esimerkki ry", "Esimerkki ry"),
    page="https://example.fi/toys",
    url="https://example.fi/api",
    licence=Words("-", "-", "-"),
    licence_url=None,
    attribution=Words("-", "-", "-"),
    table="seat_target_groups",
    expected_rows=(1, 100),
    has_personal_data=False,
    updated="never",
)
CODES = ["KR1.1", "KR1.2"]


def groups(codes: list[str]) -> pd.DataFrame:
    """The frame of the toy's table: each code is the target group of a seat of its own."""
    frame = pd.DataFrame(
        {"seat_id": [f"s{number}" for number in range(len(codes))], "target_group_code": codes}
    )
    return frame.astype(SEAT_TARGET_GROUPS.dtypes)


def gathered(codes: list[str]) -> Gathered:
    return Gathered(frames={"seat_target_groups": groups(codes)}, rejects=rejects_frame("toy", []))


def codes_of(body: bytes) -> list[str]:
    """Read a JSON list of codes; of another list it makes an error of Python's own."""
    codes = json.loads(body)
    if not isinstance(codes, list):
        raise SourceChanged("toy: asked for codes; another form came, expected a list.")
    return [code.strip() for code in codes]


def one_request(scope: Scope) -> Gathering:
    """Ask once for all the codes."""
    answer = yield Request(url=scope.base_url, label="codes")
    return gathered(codes_of(answer.body))


def one_large_request(scope: Scope) -> Gathering:
    """Ask once for all the codes, as a file."""
    answer = yield Request(url=scope.base_url, label="codes", is_large=True)
    assert answer.path is not None
    assert answer.body == b""
    return gathered(codes_of(answer.path.read_bytes()))


def pages(scope: Scope, count: int = 2, *, is_large: bool = False) -> Gathering:
    """Ask for several pages, each a list of codes."""
    codes = []
    for page in range(1, count + 1):
        url = f"{scope.base_url}?page={page}"
        answer = yield Request(url=url, label=f"codes, page {page}", is_large=is_large)
        codes += codes_of(answer.path.read_bytes() if answer.path else answer.body)
    return gathered(codes)


def parse(body: bytes) -> Parsed:
    return Parsed(groups(codes_of(body)), rejects_frame("toy", []))


def toy_module(source_id: str = "toy", **members: object) -> ModuleType:
    """A source: with ``gather=`` or ``parse=``, else it asks once; other words change SOURCE."""
    module = ModuleType(source_id)
    module.__file__ = f"{source_id}.py"
    functions = {name: members.pop(name) for name in ("gather", "parse") if name in members}
    for name, function in (functions or {"gather": one_request}).items():
        setattr(module, name, function)
    module.SOURCE = dataclasses.replace(SOURCE, id=source_id, **members)
    return module


def use(monkeypatch, *modules: ModuleType) -> None:
    """Let these be the only sources there are."""
    by_id = {module.SOURCE.id: module for module in modules}

    def source_module(source_id: str) -> ModuleType:
        if source_id not in by_id:
            raise LoaderError(f"No source is called {source_id!r}")
        return by_id[source_id]

    monkeypatch.setattr(registry, "source_module", source_module)


def scope(base_url: str) -> Scope:
    return Scope(
        base_url=base_url,
        today=dt.date(2026, 11, 21),
        year=2026,
        municipality_codes=("097", "491"),
        region_codes=("10",),
        wellbeing_county_codes=("10",),
    )


def http(body: bytes, status: int = 200, **headers: str) -> bytes:
    """An answer as it goes over the line; ``Content_Type`` stands for Content-Type."""
    lines = {"Content-Length": str(len(body)), "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Told\r\n{head}\r\n".encode() + body


def codes_answer(*codes: str, **headers: str) -> bytes:
    return http(json.dumps(codes).encode(), **({"Content_Type": "application/json"} | headers))


Behaviour = Callable[[socket.socket, int], object]


class Line:
    """A server on loopback: does with each connection what it is told, counts the requests."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        self.asked: list[bytes] = []
        self.behaviour: Behaviour = lambda connection, number: None
        self.port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"{'https' if self.context else 'http'}://localhost:{self.port}/codes"

    def say(self, *answers: bytes) -> None:
        """Give these answers one by one, the last of them for ever; count from nought."""
        self.asked.clear()
        self.behaviour = lambda connection, number: connection.sendall(
            answers[min(number, len(answers)) - 1]
        )

    def do(self, behaviour: Behaviour) -> None:
        """Do this with each connection and the number of its request; count from nought."""
        self.asked.clear()
        self.behaviour = behaviour

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() would go on listening.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                self.asked.append(connection.recv(65_536))
                self.behaviour(connection, len(self.asked))


@contextlib.contextmanager
def line(context: ssl.SSLContext | None = None) -> Iterator[Line]:
    server = Line(context)
    try:
        yield server
    finally:
        server.close()
