"""Every deployed variant of every family: a good question, drawn the same anywhere, its key proved."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from core.practice.bank import (
    are_numbers,
    load_deployed,
    load_entries,
    load_families,
    load_misconceptions,
)
from core.practice.build import CROWDED, FEWEST
from core.practice.family import draw_values
from core.practice.proof import prove
from core.practice.review import review_item
from core.practice.schema import Family
from core.practice.variants import QUICK_S, SAMPLE, hash_question, render

FAMILIES = load_families()
SLOW = [family for family in FAMILIES if load_deployed(family).seconds > QUICK_S]


def variants_of(family):
    return [(variant, render(family, variant)) for variant in load_deployed(family).variants]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_the_run_confirms_the_key_of_the_variants_of(family) -> None:
    for variant in load_deployed(family).sample:
        assert prove(render(family, variant)).failures == (), f"seed {variant.seed}"


@pytest.mark.full
def test_the_runs_confirm_every_key_of_the_slow_families() -> None:
    for family in SLOW:
        for variant, item in variants_of(family):
            assert prove(item).failures == (), f"{family.id}, seed {variant.seed}"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_every_variant_keeps_the_rules_of_good_items(family) -> None:
    for variant, item in variants_of(family):
        assert review_item(item, load_misconceptions()) == (), f"seed {variant.seed}"
        assert hash_question(item) == variant.hash, f"seed {variant.seed}: build the lesson again"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_there_are_thirty_to_sixty_distinct_variants_whose_keys_are_spread(family) -> None:
    variants = variants_of(family)
    assert FEWEST <= len(variants) <= 60
    assert len({variant.hash for variant, _ in variants}) == len(variants)
    assert len({json.dumps(variant.values) for variant, _ in variants}) == len(variants)
    if variants[0][1].options and are_numbers(variants[0][1].options):
        places = Counter(
            at for _, item in variants for at, option in enumerate(item.options) if option.correct
        )
        assert max(places.values()) <= CROWDED * len(variants)


def test_the_sample_of_a_slow_check_is_its_first_variants() -> None:
    entry = load_deployed(FAMILIES[0])
    assert entry.model_copy(update={"seconds": QUICK_S}).sample == entry.variants
    assert entry.model_copy(update={"seconds": 1.0}).sample == entry.variants[:SAMPLE]


def test_another_interpreter_draws_the_same_questions() -> None:
    code = (
        "import json\n"
        "from core.practice.bank import load_deployed, load_families\n"
        "from core.practice.family import draw_values, fill\n"
        "from core.practice.variants import hash_question\n"
        "print(json.dumps({f.id: [hash_question(fill(f, draw_values(f, v.seed), v.seed))\n"
        "  for v in load_deployed(f).variants[:5]] for f in load_families()}))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
        env=os.environ | {"PYTHONHASHSEED": "77"},
    ).stdout  # fmt: skip
    drawn = json.loads(said)
    assert set(drawn) == {family.id for family in FAMILIES}
    for family in FAMILIES:
        assert drawn[family.id] == [v.hash for v in load_deployed(family).variants[:5]]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_a_seed_still_draws_the_values_that_are_kept(family) -> None:
    for variant in load_deployed(family).variants[:5]:
        assert draw_values(family, variant.seed) == variant.values


def test_every_check_was_timed_when_its_lesson_was_built() -> None:
    built = {family.lesson for family in FAMILIES}
    late = [e.id for e in load_entries() if e.lesson in built and load_deployed(e) is None]
    assert late == [], "run glassroom bank build"


def test_a_family_is_found_by_what_it_is() -> None:
    assert tuple(entry for entry in load_entries() if isinstance(entry, Family)) == FAMILIES
