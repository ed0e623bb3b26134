"""Threat T8: no bytes whatsoever end in a crash, a hang, or anything but a table or a sentence.

The stage that looks at bytes (kind, encoding, separator, cells) is tried most often: it is our own code, and
a file costs it half a millisecond. Each tenth file of the long drill is read to a typed table, with pandas.
"""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hostile_tables import CASES
from test_read import HEADERS, RELAXED, ends_well

from core.errors import SpecError
from core.tables.kinds import judge_kind
from core.tables.text_table import read_text_table

SECONDS = 5.0
SMALL = 4000
WHOLE_EVERY = 10
PIECES = (
    b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b'"', b'""', b"\x00", b"\xff\xfe", b"\xef\xbb\xbf",
    b"1e400", b"NaN", b"1,5", b"9" * 25, b"2024-02-30", b"sep=;\n", b"PK\x03\x04", b"PAR1", b"\xed\xa0\x80",
    b" ", b"#", b"=", b"<html>", b"{", b"\x80\x04", b"\x1a", "\u00a0".encode(), "\u2028".encode(),
)  # fmt: skip


# A byte stands for a piece or for itself: one draw for a whole file, so that a case costs little.
ALPHABET = [*PIECES, *(bytes([value]) for value in range(256 - len(PIECES)))]
PIECEWISE = st.binary(max_size=60).map(lambda drawn: b"".join(ALPHABET[value] for value in drawn))


def split_well(content: bytes, header: bool | None = None) -> None:
    """The first stage ends in a table whose columns are equally long, or in a sentence."""
    try:
        if judge_kind(content) != "text":
            return
        raw = read_text_table(content, header)
    except SpecError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        return
    n_rows = len(raw.places.numbers)
    assert len(raw.names) == len(set(raw.names)) == len(raw.originals) == len(raw.columns)
    assert all(len(cells) == n_rows for cells in raw.columns)


def corpus() -> list[bytes]:
    """Every small file of the list, to begin with."""
    built = (case.build() for case in CASES if "million" not in case.name)
    return [content for content in built if len(content) <= SMALL]


def mutate(content: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Change a file in a few places: bits, cuts, doublings, pieces of dictionaries and of other files."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 5)):
        at, end = sorted(rng.randrange(len(changed) + 1) for _ in range(2))
        end = min(end, at + 40)
        match rng.randrange(6):
            case 0 if changed:
                changed[min(at, len(changed) - 1)] ^= 1 << rng.randrange(8)
            case 1:
                del changed[at:end]
            case 2:
                changed[at:at] = changed[at:end]
            case 3:
                other = rng.choice(others)
                start = rng.randrange(len(other) + 1)
                changed[at:end] = other[start : start + rng.randrange(60)]
            case 4 if rng.random() < 0.2:
                del changed[at:]
            case _:
                changed[at:at] = rng.choice(PIECES) * rng.choice((1, 1, 1, 2, 30))
    return bytes(changed[: 2 * SMALL])


def fuzz(n_runs: int, seed: int) -> float:
    """Read `n_runs` files; return the seconds that the slowest one took."""
    rng, files, slowest = random.Random(seed), corpus(), 0.0
    assert len(files) > 100
    for number in range(n_runs):
        content = mutate(rng.choice(files), files, rng)
        header = rng.choice((None, None, True, False))
        start = time.thread_time()
        try:
            (split_well if number % WHOLE_EVERY else ends_well)(content, header)
        except Exception as error:
            error.add_note(f"seed {seed}, run {number}, header {header}: {content!r}")
            raise
        slowest = max(slowest, time.thread_time() - start)
    return slowest


def test_t8_five_thousand_mutated_files_end_in_a_table_or_a_sentence_in_time(record_property):
    assert fuzz(5000, seed=0) < SECONDS
    record_property("mutated files", 5000)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 11))
def test_t8_a_million_mutated_files_end_in_a_table_or_a_sentence_in_time(seed, record_property):
    assert fuzz(100_000, seed) < SECONDS
    record_property("mutated files", 100_000)


def test_t8_eighteen_thousand_made_up_files_are_split_into_cells_or_refused(record_property):
    """With the two thousand of test_read.py, which are read to the end, they are twenty thousand."""
    tried = []

    @settings(max_examples=12_000, **RELAXED)
    @given(content=PIECEWISE, header=HEADERS)
    def bytes_are_split(content, header):
        tried.append(1)
        split_well(content, header)

    files = corpus()

    @settings(max_examples=6000, **RELAXED)
    @given(which=st.integers(0, len(files) - 1), at=st.integers(0, SMALL), put=PIECEWISE)
    def damaged_files_are_split(which, at, put):
        tried.append(1)
        split_well(files[which][:at] + put + files[which][at:])

    bytes_are_split()
    damaged_files_are_split()
    assert len(tried) >= 18_000
    record_property("made-up files", len(tried))
