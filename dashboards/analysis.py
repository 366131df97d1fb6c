"""What geo works out from the tables of a store: each once a process, read-only, shared by all.

No table is read here, and nothing is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboards.store import Store


@dataclass(frozen=True)
class Analysis:
    """The analyses of one store."""

    store: Store
