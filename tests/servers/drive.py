"""Runs a source against a local service without a socket: each Request is answered in process."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from loaders.errors import SourceUnavailable
from loaders.source import Answer, Gathered, Gathering, Request

NOW = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
MAX_REQUESTS = 2_000

Reply = tuple[int, dict[str, str], bytes]


class Service(Protocol):
    """Something that answers as a server does."""

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply: ...


def asked(service: Service, request: Request) -> Reply:
    """The service's reply to a request of a source."""
    parts = urlsplit(request.url)
    return service.answer(
        "GET" if request.json is None else "POST",
        parts.path,
        parse_qs(parts.query, keep_blank_values=True),
        b"" if request.json is None else json.dumps(request.json).encode(),
        {name.lower(): value for name, value in request.headers.items()},
    )


def drive(gathering: Gathering, service: Service, *, folder: Path | None = None) -> Gathered:
    """Run a source to its end; a reply other than 200 reaches it as the machinery would give it.

    A large answer is written into ``folder``. More than MAX_REQUESTS requests are an endless loop.
    """
    try:
        request = next(gathering)
        for number in range(MAX_REQUESTS):
            status, _, body = asked(service, request)
            if status == 404 and request.may_miss:
                answer = Answer(body=b"", fetched_at=NOW, is_missing=True)
            elif status != 200:
                request = gathering.throw(SourceUnavailable(f"{request.label}: {status}"))
                continue
            elif request.is_large:
                assert folder is not None
                path = folder / f"{number}.body"
                path.write_bytes(body)
                answer = Answer(body=b"", fetched_at=NOW, path=path)
            else:
                answer = Answer(body=body, fetched_at=NOW)
            request = gathering.send(answer)
    except StopIteration as stop:
        return stop.value
    raise AssertionError(f"more than {MAX_REQUESTS} requests: an endless loop")
