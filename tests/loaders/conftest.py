"""What the tests of loaders share: settings of a toy cache, recorded waits, a rude server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loaders.settings import Settings

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "sources"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        connect_timeout_s=2.0,
        read_timeout_s=2.0,
        total_timeout_s=60.0,
    )


@pytest.fixture
def fixture_text() -> bytes:
    """The page of South Savo, as text."""
    return (FIXTURES / "esavo_liaisons.txt").read_bytes()


@pytest.fixture
def fixture_page() -> bytes:
    """The page of South Savo, as HTML."""
    return (FIXTURES / "esavo_liaisons.html").read_bytes()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, in seconds: written down, not slept."""
    waited: list[float] = []
    monkeypatch.setattr("loaders.fetch._pause", waited.append)
    return waited


@pytest.fixture
def rude_server() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """Start a server on loopback that does with each connection what it is told; give its URL."""
    listeners = []

    def start(answer: Callable[[socket.socket], None]) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.recv(65536)
                        answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/page"

    yield start
    for listener in listeners:
        listener.close()
