"""Reads the sources: fetches, parses and checks; computes nothing about coverage."""

from loaders.errors import LoaderError, SourceChanged, SourceUnavailable
from loaders.load import Loaded, load
from loaders.registry import sources
from loaders.settings import Settings
from loaders.snapshots import Snapshot
from loaders.source import Source

__all__ = [
    "Loaded",
    "LoaderError",
    "Settings",
    "Snapshot",
    "Source",
    "SourceChanged",
    "SourceUnavailable",
    "load",
    "sources",
]
