"""Draw an exam paper after a blueprint: the same seed draws the same paper for a whole class."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from core.errors import require
from core.practice.bank import are_numbers
from core.practice.draw import NOTHING_MET, choose_variant, shuffled_options
from core.practice.exam.blueprint import Blueprint, Domain, entries_about, share_out
from core.practice.schema import Family, Item

ORDERS = 12
"""Orders of the options that are tried for each question, to spread the keys over the places."""


@dataclass(frozen=True)
class Question:
    """One question of a paper, by name: its text is in the bank."""

    domain: str
    objective: str
    item: str
    version: int
    seed: int | None
    order: tuple[str, ...]
    """Ids of the options, steps or choices from top to bottom; empty where a number is typed."""


@dataclass(frozen=True)
class Paper:
    """What one exam asks, in order."""

    blueprint: str
    n_asked_for: int
    seed: int
    questions: tuple[Question, ...]
    """Fewer than asked for where the bank has no item about an objective; no other takes its place."""


def draw_paper(
    blueprint: Blueprint,
    n_questions: int,
    *,
    seed: int,
    met: Mapping[str, Sequence[int]] = NOTHING_MET,
) -> Paper:
    """Return the paper that `seed` draws: each domain its share, objectives in turn, keys spread.

    `met` holds by item the seeds of the variants that the learner was asked, oldest first: items met
    less often come first, with numbers that are new. Leave it out to give a class one paper.
    """
    require(
        n_questions in blueprint.forms,
        f"{blueprint.title} is offered with {', '.join(map(str, blueprint.forms))} questions, "
        f"not {n_questions}.",
    )
    shares = share_out(blueprint, n_questions)
    chosen = [
        (domain.id, objective, item)
        for domain in blueprint.domains
        for objective, item in _draw_domain(domain, shares[domain.id], seed=seed, met=met)
    ]
    places: Counter[tuple[int, int]] = Counter()
    questions = []
    for at in np.random.default_rng([seed, len(chosen)]).permutation(len(chosen)):
        domain_id, objective, item = chosen[at]
        order = _order_options(item, seed=seed, places=places)
        questions.append(Question(domain_id, objective, item.id, item.version, item.seed, order))
    return Paper(blueprint.id, n_questions, seed, tuple(questions))


def write_paper(paper: Paper) -> dict[str, Any]:
    """Return the paper as plain JSON."""
    rows = [
        [question.domain, question.objective, question.item, question.version, question.seed,
         list(question.order)]
        for question in paper.questions
    ]  # fmt: skip
    return {
        "blueprint": paper.blueprint,
        "n": paper.n_asked_for,
        "seed": paper.seed,
        "questions": rows,
    }


def read_paper(body: Mapping[str, Any]) -> Paper:
    """Return the paper that `write_paper` wrote."""
    questions = tuple(
        Question(domain, objective, item, version, seed, tuple(order))
        for domain, objective, item, version, seed, order in body["questions"]
    )
    return Paper(body["blueprint"], body["n"], body["seed"], questions)


def _draw_domain(
    domain: Domain, n: int, *, seed: int, met: Mapping[str, Sequence[int]]
) -> list[tuple[str, Item]]:
    """Return up to `n` different items of the domain, its objectives in turn."""
    rng = np.random.default_rng([seed, crc32(domain.id.encode())])
    pools = {}
    for at in rng.permutation(len(domain.objectives)):
        objective = domain.objectives[at]
        entries = entries_about(objective)
        shuffled = [entries[i] for i in rng.permutation(len(entries))]
        pools[objective.id] = sorted(shuffled, key=lambda entry: len(met.get(entry.id, ())))
    drawn: list[tuple[str, Item]] = []
    used: set[str] = set()
    while len(drawn) < n:
        before = len(drawn)
        for objective_id, pool in pools.items():
            fresh = next((entry for entry in pool if entry.id not in used), None)
            if fresh is None or len(drawn) == n:
                continue
            used.add(fresh.id)
            drawn.append((objective_id, _as_item(fresh, seed=seed, met=met)))
        if len(drawn) == before or _asks_each_objective_once(domain, n):
            break
    return drawn


def _asks_each_objective_once(domain: Domain, n: int) -> bool:
    """Return whether `n` leaves no objective to be asked twice: then one that lacks items is left out."""
    return n <= len(domain.objectives)


def _as_item(entry: Item | Family, *, seed: int, met: Mapping[str, Sequence[int]]) -> Item:
    if isinstance(entry, Item):
        return entry
    return choose_variant(entry, seed=seed, met=met.get(entry.id, ()))


def _order_options(item: Item, *, seed: int, places: Counter[tuple[int, int]]) -> tuple[str, ...]:
    """Return an order that puts the key where fewest keys stand so far; numbers stay ascending."""
    if item.type != "single" or are_numbers(item.options):
        return tuple(part.id for part in shuffled_options(item, seed=seed))
    key = next(option.id for option in item.options if option.correct)
    orders = [
        tuple(option.id for option in shuffled_options(item, seed=seed + extra))
        for extra in range(ORDERS)
    ]
    # Counted by the number of options too: else the rare fourth place would hold most keys.
    best = min(orders, key=lambda order: places[len(order), order.index(key)])
    places[len(best), best.index(key)] += 1
    return best
