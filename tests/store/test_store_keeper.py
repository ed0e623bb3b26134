"""Faults F7, F11, F17 and F21: backups are made, thinned out, found and brought back."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.store import (
    BackupKeeper,
    Store,
    StoreError,
    check_file,
    find_backups,
    open_store,
    require_sound,
    restore,
)
from core.store.keeper import STAMP, thin_out

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def put(store: Store, n: int) -> None:
    for place in range(n):
        store.append(
            learner="ann", kind="answer", subject="s", body={"text": "x" * 300, "n": place}
        )


def test_a_backup_is_made_when_something_was_stored_and_only_then(store: Store) -> None:
    keeper = BackupKeeper(store)
    put(store, 3)
    made = keeper.make(NOON)
    assert made is not None
    assert check_file(made).n_events == 3
    assert keeper.make(NOON + timedelta(minutes=15)) is None
    put(store, 1)
    assert keeper.make(NOON + timedelta(minutes=30)) is not None
    assert [backup.n_events for backup in find_backups(store.home)] == [4, 3]


def test_of_old_backups_one_an_hour_and_then_one_a_day_stays(tmp_path: Path) -> None:
    times = [NOON - timedelta(minutes=15 * n) for n in range(4 * 24 * 40)]
    for time in times:
        (tmp_path / f"{time:{STAMP}}.db").touch()
    (tmp_path / "before-schema-2.db").touch()
    thin_out(tmp_path, NOON)
    left = sorted(path.stem for path in tmp_path.glob("2026*.db"))
    ages = [NOON - datetime.strptime(stem, STAMP).replace(tzinfo=UTC) for stem in left]
    assert sum(age < timedelta(hours=2) for age in ages) == 8
    assert 21 <= sum(timedelta(hours=2) <= age < timedelta(days=1) for age in ages) <= 23
    assert 30 <= sum(age >= timedelta(days=1) for age in ages) <= 32
    assert (tmp_path / "before-schema-2.db").exists(), "the copy before a migration is a person's"
    thin_out(tmp_path, NOON)
    assert sorted(path.stem for path in tmp_path.glob("2026*.db")) == left, "twice changes nothing"


@pytest.fixture
def backed_up(home: Path) -> Path:
    """A home with 60 events, 40 of them in a backup, whose server has ended."""
    store = open_store(home)
    put(store, 40)
    BackupKeeper(store).make()
    put(store, 20)
    store.close()
    return home


def damage(path: Path, how: str, rng: random.Random) -> bool:
    """Damage the file; say whether a byte is different now."""
    before = path.read_bytes()
    content = bytearray(before)
    if how == "flipped bit":
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    elif how == "zeroed page":
        start = 4096 * rng.randrange(len(content) // 4096)
        content[start : start + 4096] = bytes(4096)
    elif how == "cut":
        del content[rng.randrange(1, len(content)) :]
    else:
        content[rng.randrange(100)] ^= 1 << rng.randrange(8)
    path.write_bytes(content)
    return bytes(content) != before


def is_sound(home: Path) -> bool:
    try:
        require_sound(home)
    except StoreError as error:
        return not re.search(r"newest good backup .* `glassroom restore`", str(error))
    return True


def is_found_or_harmless(home: Path, how: str, seed: int, whole: list[str]) -> str:
    """Damage the record of `home`; say how the start took it."""
    path = home / "glassroom.db"
    before = path.read_bytes()
    try:
        damage(path, how, random.Random(seed))
        if not is_sound(home):
            return "found"
        try:
            store = open_store(home)
        except StoreError:
            return "found when opened"
        try:
            read = [str(event) for event in store.events("ann")]
        except StoreError:
            return "found when read"
        finally:
            store.close()
        return "harmless" if read == whole else "missed"
    finally:
        for part in home.glob("glassroom.db*"):
            part.unlink()
        path.write_bytes(before)


KINDS = ("flipped bit", "zeroed page", "cut", "header byte")


@pytest.mark.parametrize("how", KINDS)
def test_f17_damage_is_found_at_the_start_or_changes_no_event(
    backed_up: Path, how: str, record_property: Callable[[str, object], None]
) -> None:
    _sweep(backed_up, how, range(8), record_property)


@pytest.mark.full
@pytest.mark.parametrize("how", KINDS)
def test_f17_two_hundred_damages_are_found_or_change_no_event(
    backed_up: Path, how: str, record_property: Callable[[str, object], None]
) -> None:
    _sweep(backed_up, how, range(50), record_property)


def _sweep(home: Path, how: str, seeds: range, record: Callable[[str, object], None]) -> None:
    store = open_store(home)
    whole = [str(event) for event in store.events("ann")]
    store.close()
    ends = [is_found_or_harmless(home, how, seed, whole) for seed in seeds]
    record("damages", len(ends))
    record("damages missed", ends.count("missed"))
    assert "missed" not in ends, "what is read is what was written"
    if how in {"zeroed page", "cut"}:
        assert set(ends) == {"found"}
    assert "found" in ends or how == "header byte"


def test_f21_the_newest_good_backup_comes_back_and_the_damaged_file_is_kept(
    backed_up: Path,
) -> None:
    path = backed_up / "glassroom.db"
    damage(path, "cut", random.Random(1))
    damaged = path.read_bytes()
    (backed_up / "backups" / "2027-01-01T00-00-00Z.db").write_bytes(b"bad" * 1000)
    with pytest.raises(StoreError, match="is damaged from event"):
        require_sound(backed_up)
    assert path.read_bytes() == damaged, "looking changes nothing"
    chosen, aside = restore(backed_up)
    assert chosen.n_events == 40
    assert aside is not None
    assert (aside / "glassroom.db").read_bytes() == damaged
    require_sound(backed_up)
    store = open_store(backed_up)
    assert len(store.events("ann")) == 40
    put(store, 1)
    assert store.check().is_ok
    store.close()


def test_a_backup_of_ones_own_choice_comes_back(backed_up: Path, tmp_path: Path) -> None:
    store = open_store(backed_up)
    store.backup(tmp_path / "mine.db")
    store.close()
    assert restore(backed_up, tmp_path / "mine.db")[0].n_events == 60


def test_nothing_is_restored_under_a_running_server(backed_up: Path) -> None:
    store = open_store(backed_up)
    with pytest.raises(StoreError, match="already runs"):
        restore(backed_up)
    assert len(store.events("ann")) == 60
    store.close()


def test_without_a_good_backup_nothing_moves(home: Path) -> None:
    store = open_store(home)
    put(store, 2)
    store.close()
    before = (home / "glassroom.db").read_bytes()
    with pytest.raises(StoreError, match="no good backup"):
        restore(home)
    bad = home / "bad.db"
    bad.write_bytes(b"x" * 5000)
    with pytest.raises(StoreError, match=r"bad\.db is damaged"):
        restore(home, bad)
    assert (home / "glassroom.db").read_bytes() == before


def test_a_damaged_record_without_a_backup_is_said_to_have_none(home: Path) -> None:
    store = open_store(home)
    put(store, 2)
    store.close()
    (home / "glassroom.db").write_bytes(b"x" * 9000)
    with pytest.raises(StoreError, match=r"There is no good backup\. Keep the file"):
        require_sound(home)


def test_a_home_without_a_record_is_sound(home: Path) -> None:
    require_sound(home)
