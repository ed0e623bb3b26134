"""How large a table may be; the figures are the installation's settings."""

from core.errors import SpecError, require
from core.settings import read_settings
from core.tables.wording import count

MEGABYTE = 1024 * 1024
EXPANSION = 4
"""A packed table may unfold to this many times the largest upload."""
SMALLER = "Save a smaller part of the table, for example a random sample of its rows."


def check_size(content: bytes) -> None:
    """Refuse no bytes at all and more bytes than an upload may have."""
    require(
        len(content) > 0, "The file is empty (0 bytes). Choose a file that holds a table with rows."
    )
    limit = read_settings().max_upload_mb
    require(
        len(content) <= limit * MEGABYTE,
        f"The file has {len(content) / MEGABYTE:,.1f} MB; at most {limit:,} MB are read. {SMALLER}",
    )


def check_expanded(n_bytes: int, what: str) -> None:
    """Refuse a packed table that unfolds to more than `EXPANSION` uploads."""
    limit = EXPANSION * read_settings().max_upload_mb
    require(
        n_bytes <= limit * MEGABYTE,
        f"{what} unfolds to {n_bytes / MEGABYTE:,.0f} MB; at most {limit:,} MB are unfolded. "
        f"{SMALLER}",
    )


def check_columns(n_columns: int) -> None:
    """Refuse more columns than the settings allow."""
    limit = read_settings().max_columns
    require(
        n_columns <= limit,
        f"The table has {count(n_columns, 'column')}; at most {limit:,} are read. "
        "Keep the columns that you need and save the table again.",
    )


def check_shape(n_rows: int, n_columns: int, *, at_least: bool = False) -> None:
    """Refuse more rows, columns or cells than the settings allow.

    `at_least` says that counting stopped at `n_rows` because that is already too many.
    """
    check_columns(n_columns)
    settings = read_settings()
    more = "at least " if at_least else ""
    require(
        n_rows <= settings.max_rows,
        f"The table has {more}{count(n_rows, 'row')}; at most {settings.max_rows:,} are read. "
        f"{SMALLER}",
    )
    require(
        n_rows * n_columns <= settings.max_cells,
        f"The table has {more}{n_rows:,} rows × {n_columns:,} columns = "
        f"{n_rows * n_columns:,} cells; at most {settings.max_cells:,} are read. {SMALLER}",
    )


def refuse_cell(column: str, place: str, n_chars: int) -> None:
    """Refuse the cell at `place`, which is longer than the settings allow."""
    limit = read_settings().max_cell_chars
    message = (
        f"Column {column}, {place}: the cell has {n_chars:,} characters; at most {limit:,} are "
        "read. Shorten the text or leave the column out."
    )
    raise SpecError(message)
