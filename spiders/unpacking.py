"""Gzip bytes -> the bytes inside, within bounds."""

import zlib

from spiders.documents import Unreadable

__all__ = ["unpacked"]

_MAGIC = b"\x1f\x8b"
# A file that is packed by its publisher and again by the server.
_MOST_LAYERS = 3


def unpacked(body: bytes, *, most_bytes: int) -> bytes | Unreadable:
    """Inflate what is gzip by its first bytes, packed twice or in several parts too; else return it as it is.

    What breaks off gives what came before; what follows the last part is ignored. Never holds more than
    ``most_bytes`` of a layer.
    """
    for _ in range(_MOST_LAYERS):
        if len(body) > most_bytes:
            return Unreadable(f"the sitemap is larger than {most_bytes // 1_000_000} MB")
        if not body.startswith(_MAGIC):
            return body
        inflated = _inflated(body, most_bytes=most_bytes)
        if isinstance(inflated, Unreadable):
            return inflated
        body = inflated
    return Unreadable(f"the sitemap is packed more than {_MOST_LAYERS} times")


_STEP_BYTES = 1 << 16


def _inflated(body: bytes, *, most_bytes: int) -> bytes | Unreadable:
    # Grown in place: the parts and their sum would be twice as much.
    inflated = bytearray()
    left = memoryview(body)
    inflater = zlib.decompressobj(wbits=31)
    while left and len(inflated) <= most_bytes:
        try:
            inflated += inflater.decompress(left[:_STEP_BYTES], _STEP_BYTES * 16)
        except zlib.error as error:
            if inflated:
                break
            return Unreadable(f"the sitemap's gzip data is damaged ({error})")
        unread = len(inflater.unconsumed_tail) + len(inflater.unused_data)
        left = left[len(left[:_STEP_BYTES]) - unread :]
        if inflater.eof:
            if bytes(left[:2]) != _MAGIC:
                break
            inflater = zlib.decompressobj(wbits=31)
    if len(inflated) > most_bytes:
        return Unreadable(f"the sitemap is larger than {most_bytes // 1_000_000} MB unpacked")
    return bytes(inflated)
