"""What a stranger may do to an answer: other bytes, or JSON with one thing in it changed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Generator
from typing import Any

from loaders.errors import LoaderError
from loaders.source import Answer, Gathered, Gathering, Request
from tests.servers.drive import Reply, Service

JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 91, 10**20, 1e999, -0.5, "", "x", "091", "\ud800", "..", "\x00"),
    *([], {}, [[]], [None], [1, "a"], {"a": 1}, {"": []}, [{}], "http://other.invalid/maps/1/2"),
    *([["x", "y"]], [[25.0, 61.0]], {"type": "Point", "coordinates": [1, 2]}, "SSS", "KU091"),
)


class Meddler:
    """A service whose nth answer (from 0) is changed; the others stay as they are."""

    def __init__(self, service: Service, nth: int, change: Callable[[bytes], bytes]) -> None:
        self._service, self._nth, self._change = service, nth, change
        self._count = -1

    def answer(
        self,
        method: str,
        path: str,
        query: dict[str, list[str]],
        body: bytes,
        headers: dict[str, str],
    ) -> Reply:
        status, answered, content = self._service.answer(method, path, query, body, headers)
        self._count += 1
        return status, answered, self._change(content) if self._count == self._nth else content


def junked(body: bytes, seed: int, changes: int = 1) -> bytes:
    """The JSON with so many of its values replaced, taken out or doubled, by chance of ``seed``."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    try:
        content = json.loads(body)
    except ValueError:
        return body
    for _ in range(changes):
        content = _changed(content, chance)
    return json.dumps(content).encode()


def _changed(content: Any, chance: random.Random) -> Any:
    """One value below changed; the deeper, the more often."""
    if not isinstance(content, dict | list) or not content or chance.random() < 0.12:
        return chance.choice(JUNK)
    if isinstance(content, list):
        at = chance.randrange(len(content))
        kind = chance.random()
        if kind < 0.1:
            return content[:at] + content[at + 1 :]
        if kind < 0.2:
            return [*content, content[at]]
        return [*content[:at], _changed(content[at], chance), *content[at + 1 :]]
    key = chance.choice(list(content))
    kind = chance.random()
    if kind < 0.1:
        return {name: value for name, value in content.items() if name != key}
    if kind < 0.2:
        return {("new" if name == key else name): value for name, value in content.items()}
    return content | {key: _changed(content[key], chance)}


def watched(gathering: Gathering, seen: list[Request]) -> Gathering:
    """The same questions and answers, each request written down in ``seen``."""
    return _watched(gathering, seen)


def _watched(gathering: Gathering, seen: list[Request]) -> Generator[Request, Answer, Gathered]:
    try:
        request = next(gathering)
        while True:
            seen.append(request)
            try:
                answer = yield request
            except LoaderError as error:
                request = gathering.throw(error)
            else:
                request = gathering.send(answer)
    except StopIteration as stop:
        return stop.value
