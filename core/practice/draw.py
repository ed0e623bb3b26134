"""Draw what a learner is asked: which items, with which numbers, and in which order of the options."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from zlib import crc32

import numpy as np

from core.practice.bank import are_numbers, load_deployed, load_entries, load_item
from core.practice.entry import parts_of
from core.practice.parts import Shown
from core.practice.schema import Family, Item
from core.practice.variants import render

NOTHING_MET: Mapping[str, Sequence[int]] = MappingProxyType({})


def choose_items(
    lesson: str,
    n: int = 4,
    *,
    seed: int,
    seen: Collection[str] = (),
    met: Mapping[str, Sequence[int]] = NOTHING_MET,
) -> tuple[Item, ...]:
    """Return up to `n` items about `lesson`: unseen ones first, types in turn, drawn by `seed`.

    `seen` holds the ids that the learner has answered, `met` by id the seeds of the variants that the
    learner was asked, oldest first. A family comes with numbers that the learner has not met.
    """
    pool = [entry for entry in load_entries() if entry.lesson == lesson]
    drawn = [pool[at] for at in np.random.default_rng(seed).permutation(len(pool))]
    turn: Counter[tuple[bool, str]] = Counter()
    ranked: list[tuple[bool, int, int, Item | Family]] = []
    for place, entry in enumerate(drawn):
        group = (entry.id in seen, entry.type)
        ranked.append((group[0], turn[group], place, entry))
        turn[group] += 1
    chosen = [entry for *_, entry in sorted(ranked, key=lambda entry: entry[:3])[:n]]
    return tuple(
        entry if isinstance(entry, Item)
        else choose_variant(entry, seed=seed, met=met.get(entry.id, ()))
        for entry in chosen
    )  # fmt: skip


def choose_variant(family: Family, *, seed: int, met: Sequence[int] = ()) -> Item:
    """Return a deployed variant of `family` that is not in `met`, drawn by `seed`.

    When all were met, the one whose last meeting is longest ago comes again.
    """
    deployed = load_deployed(family)
    variants = () if deployed is None else deployed.variants
    order = np.random.default_rng([seed, crc32(family.id.encode())]).permutation(len(variants))
    last_met = {variant_seed: at for at, variant_seed in enumerate(met)}
    variant = min(
        (variants[at] for at in order), key=lambda variant: last_met.get(variant.seed, -1)
    )
    return render(family, variant)


def find_family(name: str) -> Family | None:
    """Return the family called `name`, or None if there is none or its numbers do not vary."""
    return next(
        (entry for entry in load_entries() if entry.id == name and isinstance(entry, Family)), None
    )


def reopen_item(name: str, seed: int | None, *, otherwise: int) -> Item | None:
    """Return the item that was drawn before, or what stands in its place today.

    A variant that is no longer deployed gives way to another one, drawn by `otherwise`; an item that
    is no longer in the bank is None.
    """
    item = load_item(name, seed) or load_item(name)
    if item is None and (family := find_family(name)) is not None:
        return choose_variant(family, seed=otherwise)
    return item


def shuffled_options(item: Item, seed: int) -> tuple[Shown, ...]:
    """Return the options in the order to show; numbers stay ascending, all else is shuffled.

    So are the choices of a match item, and the steps of an order item, which never stand in their order.

    The item's id takes part in the draw, so that one seed does not put the key of every item in
    the same place.
    """
    parts = parts_of(item)
    if are_numbers(parts):
        return parts
    rng = np.random.default_rng([seed, crc32(item.id.encode())])
    order = rng.permutation(len(parts))
    while item.type == "order" and (order[:-1] < order[1:]).all():
        order = rng.permutation(len(parts))
    return tuple(parts[at] for at in order)
