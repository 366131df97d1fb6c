"""Takes a body in as it comes: unpacks it, stops at a limit, pours a large one into a file.

Where the blocks come from is not known here, nor what they mean.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from loaders.outcomes import FetchError

HEAD_BYTES = 4096
TAIL_BYTES = 65_557
"""The end of a zip lies within so many bytes: its record of 22 and a remark of 65,535."""

PIECE_BYTES = 1_048_576


@dataclass(frozen=True, kw_only=True)
class Body:
    """A whole body: its ``content``, unless it was poured into a file; its ends in any case."""

    content: bytes
    head: bytes
    tail: bytes
    size: int
    sha256: str


NO_BODY = Body(content=b"", head=b"", tail=b"", size=0, sha256=hashlib.sha256(b"").hexdigest())
"""The body of an answer that is missing."""


def taken(pieces: Iterator[bytes], sink: BinaryIO | None) -> Body:
    """Take the pieces of a body into memory, or into a file where there is one.

    Parameters
    ----------
    pieces
        The body, in order.
    sink
        A file open for reading and writing; what it holds is overwritten.

    Raises
    ------
    FetchError
        The disk is full; or what the pieces raise.
    """
    if sink is None:
        content = b"".join(pieces)
        return Body(
            content=content,
            head=content[:HEAD_BYTES],
            tail=content[-TAIL_BYTES:],
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
    sha256 = _poured(pieces, sink)
    size = sink.seek(0, 2)
    sink.seek(max(0, size - TAIL_BYTES))
    tail = sink.read()
    sink.seek(0)
    return Body(content=b"", head=sink.read(HEAD_BYTES), tail=tail, size=size, sha256=sha256)


def limited(
    blocks: Iterator[bytes], *, encoding: str, announced: int | None, max_bytes: int
) -> Iterator[bytes]:
    """Unpack the blocks of a body, and stop where it is too large or not whole.

    Parameters
    ----------
    blocks
        The body as it comes.
    encoding
        How the server says that it is packed.
    announced
        How many bytes are to come, where the server says so.
    max_bytes
        The most that may come, packed and unpacked.

    Raises
    ------
    FetchError
        It is too large, torn, or packed in another way than was asked for.
    """
    too_large = FetchError("too_large", f"it gives more than {max_bytes} bytes")
    if announced is not None and announced > max_bytes:
        raise too_large
    received = size = 0

    def counted() -> Iterator[bytes]:
        nonlocal received
        for block in blocks:
            received += len(block)
            if received > max_bytes:
                raise too_large
            yield block

    try:
        for piece in _unpacked(counted(), encoding):
            size += len(piece)
            if size > max_bytes:
                raise too_large
            yield piece
    except zlib.error:
        raise FetchError("cut_off", "its packed answer is garbled", is_passing=True) from None
    if received and announced is not None and received < announced:
        what = f"its answer broke off after {received} bytes"
        raise FetchError("cut_off", what, is_passing=True)


def _unpacked(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The blocks unpacked, a piece at a time: a bomb goes off one spark at a time."""
    if encoding in ("", "identity"):
        yield from blocks
        return
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError("cut_off", f"it packs its answer as {encoding[:40]!r}, expected gzip")
    unpack: Any = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_begun = False
    for block in blocks:
        rest, is_begun = block, True
        while True:
            piece = unpack.decompress(rest, PIECE_BYTES)
            yield piece
            rest = unpack.unconsumed_tail
            if not rest and len(piece) < PIECE_BYTES:
                break
        if unpack.unused_data:  # it would be kept, and copied with every further block
            raise FetchError("cut_off", "its packed answer goes on after its end", is_passing=True)
    yield unpack.flush()
    if is_begun and not unpack.eof:
        raise FetchError("cut_off", "its packed answer broke off", is_passing=True)


def _poured(pieces: Iterator[bytes], sink: BinaryIO) -> str:
    """Write the pieces into a file from its beginning; their SHA-256."""
    digest = hashlib.sha256()
    try:
        sink.seek(0)
        sink.truncate()
        for piece in pieces:
            digest.update(piece)
            sink.write(piece)
        sink.flush()
    except OSError as error:  # the net's own errors come as FetchError
        what = f"the answer could not be written ({error.strerror})"
        raise FetchError("not_stored", what) from None
    return digest.hexdigest()
