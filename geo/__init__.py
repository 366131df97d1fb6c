"""Computes on frames: joins, coverage and representation; reads no file and no page."""
