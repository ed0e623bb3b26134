"""MLflow's own words, with what changes at every try left out: addresses, numbers, printed tables."""

import re

from core.tracking.champion.addresses import mask
from core.tracking.find import settle

LONGEST = 400
_TABLE = re.compile(r"(data|schema) '.*?'(?= with schema|\. ?\n?Error|\. Error)", re.DOTALL)


def shorten(words: str) -> str:
    """Return an error text without the rows and the whole schema that it repeats, at most 400 characters."""
    said = _TABLE.sub(r"\1 '…'", settle(mask(words)))
    said = re.sub(r"\s+", " ", said).strip()
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
