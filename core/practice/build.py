"""Choose, prove and write down the variants that may be asked: what `glassroom bank build` does.

A seed is deployed if its numbers make a good question (the schema and `core.practice.review` say so),
if no earlier seed asks the same, and if the run behind it confirms the key. A run that refutes a key
is no bad seed but a mistake in the item, and stops the build.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from math import ceil
from pathlib import Path
from statistics import median

from core.errors import SpecError
from core.practice.bank import are_numbers, load_entries, load_misconceptions
from core.practice.family import draw_values, fill
from core.practice.proof import prove
from core.practice.review import review_item
from core.practice.schema import Family, Item
from core.practice.stopwatch import cpu_seconds, time_alone
from core.practice.strict_yaml import BankError
from core.practice.variants import (
    Deployed,
    Deployment,
    Variant,
    deployment_path,
    hash_question,
    read_deployment,
    render,
    write_deployment,
)

FEWEST, TARGET = 30, 40
MAX_SEEDS = 2000
CROWDED = 2 / 3
"""At most this share of the variants may have the key in one place of the ascending numbers."""
STEPS_S = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Times are rounded up to one of these, so that a rebuild changes the file only for a reason."""
LIBRARIES = ("numpy", "scikit-learn", "scipy")


def build_lesson(folder: Path, lesson: str) -> str:
    """Deploy the variants of every family of `lesson`, time new checks, and say what was done.

    What was proved before and asks the same is kept as it is; ``bank check`` proves all of it again.

    `BankError` names the family with fewer than 30 good variants and why seeds were refused, or the
    variant whose run refutes its key; the file then stays as it was.
    """
    entries = _entries_of(lesson)
    chapter = entries[0].chapter
    path = deployment_path(folder, chapter, lesson)
    before = read_deployment(path).items
    items = {
        entry.id: _deploy(entry, before=before.get(entry.id))
        if isinstance(entry, Family)
        else _time(entry, before=before.get(entry.id))
        for entry in entries
    }
    deployment = Deployment(proved_with={name: version(name) for name in LIBRARIES}, items=items)
    write_deployment(path, deployment)
    n_variants = sum(len(entry.variants) for entry in items.values())
    n_families = sum(isinstance(entry, Family) for entry in entries)
    return f"{lesson}: {n_variants} variants of {n_families} families, {len(entries)} items in all"


def check_lesson(folder: Path, lesson: str) -> tuple[str, ...]:
    """Prove every deployed variant of `lesson` again; return what changed or fails, a sentence each."""
    problems: list[str] = []
    for entry in _entries_of(lesson):
        path = deployment_path(folder, entry.chapter, lesson)
        if isinstance(entry, Family):
            problems += find_changes(entry, read_deployment(path).items.get(entry.id))
        else:
            problems += [f"{entry.id}: the run refutes: {said}." for said in prove(entry).failures]
    return tuple(problems)


def find_changes(family: Family, entry: Deployed | None) -> list[str]:
    """Return what is no longer so of a family's deployed variants: draw, question, rules, key."""
    if entry is None or entry.version != family.version:
        return [f"{family.id}: version {family.version} is not deployed. Build its lesson."]
    problems: list[str] = []
    for variant in entry.variants:
        who = f"{family.id}, seed {variant.seed}"
        if draw_values(family, variant.seed) != variant.values:
            problems.append(f"{who}: the seed draws other numbers now. Build its lesson.")
        item = render(family, variant)
        if hash_question(item) != variant.hash:
            problems.append(
                f"{who}: the question has changed. Raise the version and build its lesson."
            )
        problems += [f"{who}: {said}" for said in review_item(item, load_misconceptions())]
        problems += [f"{who}: the run refutes: {said}." for said in prove(item).failures]
    return problems


def choose_variants(family: Family) -> list[tuple[Variant, Item]]:
    """Return 30 to 60 distinct good variants, their keys spread over the places that they can take.

    Too few, or a key that nearly always stands in one place, raises `BankError`.
    """
    refusals: Counter[str] = Counter()
    places: dict[int, list[tuple[Variant, Item]]] = defaultdict(list)
    for variant, item in _good_variants(family, refusals):
        places[_place_of_key(item)].append((variant, item))
        share = ceil(TARGET / len(item.options)) if _is_ordered(item) else TARGET
        if sum(min(len(found), share) for found in places.values()) >= TARGET:
            break
    chosen: list[tuple[Variant, Item]] = []
    while len(chosen) < TARGET and any(places.values()):
        for found in [found for found in places.values() if found][: TARGET - len(chosen)]:
            chosen.append(found.pop(0))  # noqa: PERF401  # it empties the lists that it reads
    if len(chosen) < FEWEST:
        told = "; ".join(f"{n} × {reason}" for reason, n in refusals.most_common(4))
        message = (
            f"{family.place}: {family.id!r} has {len(chosen)} good variants, it needs {FEWEST}. "
            f"Refused were: {told}."
        )
        raise BankError(message)
    _require_spread(family, [item for _, item in chosen])
    return sorted(chosen, key=lambda pair: pair[0].seed)


def _good_variants(family: Family, refusals: Counter[str]) -> Iterator[tuple[Variant, Item]]:
    """Try one seed after the other; count in `refusals` why a seed makes no question."""
    met: set[str] = set()
    for seed in range(MAX_SEEDS):
        values = draw_values(family, seed)
        if values is None:
            refusals["the draw is not admissible"] += 1
            continue
        try:
            item = fill(family, values, seed)
        except SpecError as error:
            refusals[str(error).partition(f"seed {seed}: ")[2].rstrip(".")] += 1
            continue
        problems = review_item(item, load_misconceptions())
        digest = hash_question(item)
        if problems:
            refusals.update(said.removeprefix(f"{family.id}: ").rstrip(".") for said in problems)
        elif digest in met:
            refusals["the same as an earlier seed"] += 1
        else:
            met.add(digest)
            yield Variant(seed=seed, hash=digest, values=dict(values)), item


def _deploy(family: Family, *, before: Deployed | None) -> Deployed:
    """Prove the chosen variants, unless these very questions and keys were proved and kept before."""
    chosen = choose_variants(family)
    variants = tuple(variant for variant, _ in chosen)
    if before is not None and (before.version, before.variants) == (family.version, variants):
        return before
    times = []
    for _variant, item in chosen:
        began = cpu_seconds()
        failures = prove(item).failures
        times.append(cpu_seconds() - began)
        if failures:
            message = (
                f"{family.place}: {family.id!r} with seed {item.seed}, the run refutes: "
                f"{'; '.join(failures)}."
            )
            raise BankError(message)
    return Deployed(version=family.version, seconds=_round_up(median(times)), variants=variants)


def _time(item: Item, *, before: Deployed | None) -> Deployed:
    """Time the check of `item`, or keep what was measured of this version before."""
    if before is not None and before.version == item.version:
        return before
    return Deployed(
        version=item.version, seconds=_round_up(time_alone(item) if item.check else 0.0)
    )


def _place_of_key(item: Item) -> int:
    """Return where the key stands among options that keep their order; 0 where they are shuffled."""
    if not _is_ordered(item):
        return 0
    return next(at for at, option in enumerate(item.options) if option.correct)


def _is_ordered(item: Item) -> bool:
    return item.type == "single" and are_numbers(item.options)


def _require_spread(family: Family, items: list[Item]) -> None:
    if not _is_ordered(items[0]):
        return
    place, n_crowded = Counter(_place_of_key(item) for item in items).most_common(1)[0]
    if n_crowded > CROWDED * len(items):
        message = (
            f"{family.place}: in {n_crowded} of {len(items)} variants of {family.id!r} the key is number "
            f"{place + 1} of the ascending options. Add a wrong option on its other side."
        )
        raise BankError(message)


def _round_up(seconds: float) -> float:
    return next((step for step in STEPS_S if seconds <= step), STEPS_S[-1])


def _entries_of(lesson: str) -> list[Item | Family]:
    entries = [entry for entry in load_entries() if entry.lesson == lesson]
    if not entries:
        lessons = sorted({entry.lesson for entry in load_entries()})
        message = f"The bank has no lesson {lesson!r}. It has: {', '.join(lessons)}."
        raise BankError(message)
    return entries
