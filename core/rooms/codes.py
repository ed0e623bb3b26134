"""Codes that people read aloud, copy from a board and type on a phone.

31 symbols without 0, 1, I, L and O, so that no two look alike. What is derived from the key of the home
needs no place in the record: whoever holds the key can say it again.
"""

import hashlib
import hmac
import secrets

SYMBOLS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
ROOM_SYMBOLS = 8
"""31⁸ is 8.5 × 10¹¹: a thousand guesses a second would take 13 years on average."""
PERSONAL_SYMBOLS = 12
TEACHER_SYMBOLS = 26
"""128 bits, as of a key."""


def draw_room_code() -> str:
    """Return a new random room code of 8 symbols."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(ROOM_SYMBOLS))


def derive_code(key: bytes, purpose: str, n_symbols: int) -> str:
    """Return the code of `purpose`: always the same for one key, and unknown to who lacks the key."""
    digest = hmac.new(key, purpose.encode(), hashlib.sha512).digest()
    number = int.from_bytes(digest, "big")
    symbols = []
    for _ in range(n_symbols):
        number, place = divmod(number, len(SYMBOLS))
        symbols.append(SYMBOLS[place])
    return "".join(symbols)


def group(code: str) -> str:
    """Return a code in groups of four: ``group("K7M2PQ4X")`` is ``"K7M2-PQ4X"``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalise_code(text: str) -> str:
    """Return what a person typed as the code they meant: no blanks, no dashes, capitals.

    ``normalise_code(" k7m2 pq4x ")`` is ``"K7M2PQ4X"``.
    """
    return "".join(symbol for symbol in text[:100].upper() if symbol.isalnum())


def is_same(said: str, meant: str) -> bool:
    """Compare two secrets in a time that does not depend on where they differ."""
    return hmac.compare_digest(
        hashlib.sha256(said.encode("utf-8", "replace")).digest(),
        hashlib.sha256(meant.encode("utf-8", "replace")).digest(),
    )
