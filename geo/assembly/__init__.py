"""Puts the tables of the dashboard together from the embedded ones and what the sources gave.

Frames in, frames out: what was fetched, when and by whom is known to the caller alone.
"""

from geo.assembly.whole import Assembled, assembled

__all__ = ["Assembled", "assembled"]
