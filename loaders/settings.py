"""What a user can set, and the one place that reads the environment; nothing is fetched here."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import platformdirs

from loaders.errors import LoaderError

PREFIX = "JARJESTOKARTTA_"

VARIABLES: Mapping[str, str] = {
    "JARJESTOKARTTA_DATA_DIR": "data_dir",
    "JARJESTOKARTTA_CACHE_DIR": "cache_dir",
    "JARJESTOKARTTA_USER_AGENT": "user_agent",
    "JARJESTOKARTTA_CONNECT_TIMEOUT": "connect_timeout_s",
    "JARJESTOKARTTA_READ_TIMEOUT": "read_timeout_s",
    "JARJESTOKARTTA_TOTAL_TIMEOUT": "total_timeout_s",
    "JARJESTOKARTTA_MAX_BYTES": "max_bytes",
    "JARJESTOKARTTA_TRIES": "tries",
    "JARJESTOKARTTA_OFFLINE": "is_offline",
    "JARJESTOKARTTA_MAX_FILE_BYTES": "max_file_bytes",
    "JARJESTOKARTTA_YEAR": "year",
    "JARJESTOKARTTA_URLS": "urls",
    "JARJESTOKARTTA_OPTIONS": "options",
    "JARJESTOKARTTA_OPERATOR": "is_operator",
    "JARJESTOKARTTA_BASEMAP_URL": "basemap_url",
    "JARJESTOKARTTA_BASEMAP_ATTRIBUTION": "basemap_attribution",
    "JARJESTOKARTTA_RESPONSIBLE": "responsible",
    "JARJESTOKARTTA_FEEDBACK": "feedback",
}
"""Environment variable to the field of Settings that it sets."""

MAX_SECONDS = 86_400
MAX_COUNT = 10**12

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")


def _default_user_agent() -> str:
    try:
        release = version("jarjestokartta")
    except PackageNotFoundError:  # run from a checkout that is not installed
        release = "0"
    return f"jarjestokartta/{release} (research tool on Finnish NGOs)"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Folders, manners on the net and limits; times in seconds, sizes in bytes.

    ``total_timeout_s`` covers all tries of one fetch and the waits between them; ``max_bytes``
    counts what comes out after unpacking, ``max_file_bytes`` what is kept of a large file as it
    comes. ``year`` is that of the municipal division (None: this year's). ``urls`` are other
    beginnings of addresses by source id, ``options`` the sources' own settings by
    ``source_id.name``; keys are among them, so they are never shown. ``is_operator`` lets whoever
    opens the page start a refresh. ``basemap_url`` is the beginning of a WMS GetMap request in
    EPSG:3067 that browsers ask for a background map where a person wants one, and
    ``basemap_attribution`` what must stand beside it; empty texts mean that there is none.
    ``responsible`` is the body that answers for the service and ``feedback`` the e-mail or web
    address where it takes feedback, both as the accessibility statement names them.
    """

    data_dir: Path = Path(__file__).resolve().parent.parent / "data"
    cache_dir: Path = field(default_factory=lambda: platformdirs.user_cache_path("jarjestokartta"))
    user_agent: str = field(default_factory=_default_user_agent)
    connect_timeout_s: float = 5.0
    read_timeout_s: float = 20.0
    total_timeout_s: float = 120.0
    max_bytes: int = 50_000_000
    tries: int = 4
    is_offline: bool = False
    max_file_bytes: int = 500_000_000
    year: int | None = None
    urls: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_operator: bool = False
    basemap_url: str = ""
    basemap_attribution: str = ""
    responsible: str = ""
    feedback: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables; an empty one counts as not set.

        Parameters
        ----------
        environ
            The variables to read; those of the process when left out.

        Returns
        -------
        Settings
            The defaults, changed by each variable of VARIABLES that is set.

        Raises
        ------
        LoaderError
            A variable of ours has an unknown name or an unreadable value; all faults at once.

        Examples
        --------
        >>> Settings.from_env({"JARJESTOKARTTA_TRIES": "2"}).tries
        2
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        faults = []
        for name, text in environ.items():
            if not name.startswith(PREFIX) or not text.strip():
                continue
            if name not in VARIABLES:
                faults.append(f"{name} is no setting{_near(name)}")
                continue
            read, expected = _READERS[VARIABLES[name]]
            try:
                values[VARIABLES[name]] = read(text.strip())
            except (ValueError, RuntimeError):
                # Among the options are keys, and what is refused of an address may be one.
                is_secret = VARIABLES[name] in ("options", "basemap_url")
                shown = "..." if is_secret else repr(text)
                faults.append(f"{name}={shown}: expected {expected}")
        if "basemap_url" in values and not values.get("basemap_attribution") and not faults:
            faults.append(
                "JARJESTOKARTTA_BASEMAP_URL is set without JARJESTOKARTTA_BASEMAP_ATTRIBUTION: "
                "expected whose map it is, as its licence asks"
            )
        if faults:
            raise LoaderError("The environment cannot be read: " + "; ".join(sorted(faults)))
        return cls(**values)


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, VARIABLES, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(VARIABLES)}"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= MAX_SECONDS:  # no for NaN as well
        raise ValueError(text)
    return seconds


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MAX_COUNT:
        raise ValueError(text)
    return count


def _yes_or_no(text: str) -> bool:
    if text.lower() not in YES + NO:
        raise ValueError(text)
    return text.lower() in YES


def _header_text(text: str) -> str:
    # It is sent as an HTTP header: a line break in it would be a header of its own.
    if not re.fullmatch(r"[\x20-\x7e]{1,200}", text):
        raise ValueError(text)
    return text


def _year(text: str) -> int:
    if not re.fullmatch(r"20[0-9]{2}", text):
        raise ValueError(text)
    return int(text)


def _pairs(text: str, value: str) -> dict[str, str]:
    pairs = [re.fullmatch(rf"([a-z0-9_.]+)=({value})", word) for word in text.split()]
    if not all(pairs):
        raise ValueError(text)
    return {pair.group(1): pair.group(2) for pair in pairs if pair}


def _map_service(text: str) -> str:
    """A GetMap address that a page may give to any browser: no quotes, no keys, known projection.

    Its host goes into the page's security policy, so nothing may end the word it stands in.
    """
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~/%?&=:+,-]*", text):
        raise ValueError(text)
    parts = urlsplit(text)
    # Plain HTTP could be read and changed on its way; on this machine itself there is no way.
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError(text)
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    if any(re.search(r"key|token|passw|secret|user|auth", name) for name in query):
        raise ValueError(text)
    asks_for_map = query.get("request", "").lower() == "getmap" and query.get("layers")
    projection = query.get("crs", query.get("srs"))
    if not asks_for_map or projection != "EPSG:3067" or {"bbox", "width", "height"} & set(query):
        raise ValueError(text)
    return text


def _line(text: str) -> str:
    if len(text) > 200 or not text.isprintable():
        raise ValueError(text)
    return text


def _address(text: str) -> str:
    """Where a person may write: an e-mail address, or a page of the web."""
    if not re.fullmatch(r"[^\s<>\"'@/?]+@[\w.-]+\.\w+|https://[^\s<>\"']+", _line(text)):
        raise ValueError(text)
    return text


def _folder(text: str) -> Path:
    return Path(text).expanduser()


_Reader = tuple[Callable[[str], Any], str]
_FOLDER: _Reader = (_folder, "a folder")
_SECONDS: _Reader = (_seconds, f"seconds, more than 0 and at most {MAX_SECONDS}")
_COUNT: _Reader = (_count, f"a whole number from 1 to {MAX_COUNT}")
_READERS: Mapping[str, _Reader] = {
    "data_dir": _FOLDER,
    "cache_dir": _FOLDER,
    "user_agent": (_header_text, "at most 200 plain ASCII letters"),
    "connect_timeout_s": _SECONDS,
    "read_timeout_s": _SECONDS,
    "total_timeout_s": _SECONDS,
    "max_bytes": _COUNT,
    "tries": _COUNT,
    "is_offline": (_yes_or_no, f"one of {', '.join(YES + NO)}"),
    "max_file_bytes": _COUNT,
    "year": (_year, "a year, such as 2026"),
    "urls": (
        lambda text: _pairs(text, r"https?://[\x21-\x7e]+"),
        "source_id=https://..., several parted by spaces",
    ),
    "options": (
        lambda text: _pairs(text, r"[\x21-\x7e]+"),
        "source_id.name=value, several parted by spaces",
    ),
    "is_operator": (_yes_or_no, f"one of {', '.join(YES + NO)}"),
    "basemap_url": (
        _map_service,
        "https://host/...?service=WMS&version=1.3.0&request=GetMap&layers=...&crs=EPSG:3067&... "
        "without bbox, width, height, password or key",
    ),
    "basemap_attribution": (_line, "one line of at most 200 letters"),
    "responsible": (_line, "a name of one line, at most 200 letters"),
    "feedback": (_address, "an e-mail address, or an address that begins with https://"),
}
