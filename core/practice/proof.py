"""Run what stands behind an item or a misconception, and say whether it holds."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import get_type_hints
from urllib.parse import parse_qsl

from pydantic import ValidationError, validate_call

from core.errors import SpecError, require
from core.practice.numbers import decimals_shown, parse_number
from core.practice.parts import Misconception
from core.practice.schema import Item

Facts = Mapping[str, float | None]
"""What a check found, by name; None where a number cannot be computed, yes and no as 1 and 0."""

SAME = 1e-6
"""Relative distance up to which a key written in the file equals the computed one."""

_UNDEFINED = re.compile(r"(?P<name>\w+) is undefined")
_CLAIM = re.compile(r"(?P<left>[a-z]\w*) (?P<sign><=|>=|<|>|=|~) (?P<right>\S+(?: %)?)")


@dataclass(frozen=True)
class Claim:
    """One sentence that the run had to confirm."""

    sentence: str
    holds: bool


@dataclass(frozen=True)
class Proof:
    """What the run behind an item or a misconception found."""

    id: str
    facts: Facts
    claims: tuple[Claim, ...]

    @property
    def stands(self) -> bool:
        """Whether the run confirms the key, and every other claim that rests on it."""
        return all(claim.holds for claim in self.claims)

    @property
    def failures(self) -> tuple[str, ...]:
        """The sentences that the run refutes."""
        return tuple(claim.sentence for claim in self.claims if not claim.holds)


def prove(item: Item) -> Proof:
    """Run the check of `item` and compare what it finds with what the item says.

    ``key``: the first of ``expect`` names the fact that is the answer; the right option shows it
    and no wrong one does. All else in ``expect`` are claims, which must hold. A wrong option or
    near miss that names a fact must show that fact. Claims read ``a > b`` (or <, >=, <=),
    ``a = 0.5``, ``a ~ 0.52`` (rounded to these decimals), ``a is undefined``.
    In a multi item a fact is 1 for a right option and 0 for a wrong one; down the steps of an order the
    facts rise; a choice that is a number shows the fact of its pair. Of a bug see `core.practice.parts`.
    An item that was reviewed instead has nothing to prove. A check that does not exist, or a claim about
    an unknown fact, raises `SpecError`.
    """
    if item.check is None:
        return Proof(item.id, {}, ())
    facts = run_check(item)
    expected = list(item.check.expect)
    claims = _claim_key(item, expected.pop(0), facts) if item.check.kind == "key" else []
    claims += [Claim(sentence, _holds(sentence, facts)) for sentence in expected]
    claims += _claim_parts(item, facts) + _claim_numbers(item, facts) + _claim_mends(item, facts)
    return Proof(item.id, facts, tuple(claims))


def run_check(item: Item) -> Facts:
    """Call the function that `item` names, with its texts read by the function's annotations."""
    if item.check is None:
        return {}
    function = _find_check(item.check.function)
    args = dict(item.check.args)
    if item.bug is not None:
        mends = {option.id: option.mend for option in item.options}
        args |= {"program": item.code, "mends": mends}
    try:
        return validate_call(function)(**args)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        message = f"{item.check.function} cannot take these args: {where}: {problem['msg']}."
        raise SpecError(message) from None


def prove_refutation(name: str, misconception: Misconception) -> Proof:
    """Run the lab at the settings of ``refuted_by`` and say whether the belief fails there."""
    if misconception.refuted_by is None:
        return Proof(name, {}, ())
    from core.practice.checks import run_lab  # a page that only asks for a grade loads no sklearn

    lab, settings = read_link(misconception.refuted_by)
    against = None
    if misconception.compared_with:
        other, against = read_link(misconception.compared_with)
        require(other == lab, f"{name}: compare two runs of one lab, not {lab} with {other}.")
    facts = run_lab(lab, settings, against)
    claims = tuple(Claim(sentence, _holds(sentence, facts)) for sentence in misconception.shows)
    return Proof(name, facts, claims)


def read_link(link: str) -> tuple[str, dict[str, str]]:
    """Return the lab that `link` names and its settings, as texts.

    A query that cannot be read, or that names a setting twice, raises `SpecError`.
    """
    lab, _, query = link.partition("?")
    try:
        pairs = parse_qsl(query, strict_parsing=True) if query else []
    except ValueError:
        message = f"The settings {query!r} cannot be read. Write them like data=churn&seed=1."
        raise SpecError(message) from None
    settings = dict(pairs)
    require(len(settings) == len(pairs), f"The link {link!r} names a setting twice. Keep one.")
    return lab, settings


def _find_check(address: str) -> Callable[..., Facts]:
    module, name = address.split(":")
    try:
        function: Callable[..., Facts] | None = getattr(import_module(module), name, None)
    except ModuleNotFoundError as error:
        if not module.startswith(str(error.name)):
            raise  # the check exists, but not everything that it needs
        function = None
    if function is None or get_type_hints(function).get("return") != Facts:
        message = f"{address} is not a check. A check is a function of core that returns Facts."
        raise SpecError(message)
    return function


def _claim_key(item: Item, answer: str, facts: Facts) -> list[Claim]:
    truth = _fact(answer, facts)
    if item.answer is not None:
        value = item.answer.value
        return [Claim(f"the answer {value:g} is {truth}", _is_same(value, truth))]
    claims = []
    for option in item.options:
        agrees = _shows(option.text, truth)
        word = "is" if option.correct else "is not"
        claims.append(Claim(f"{option.text} {word} {truth}", agrees == option.correct))
    return claims


def _claim_parts(item: Item, facts: Facts) -> list[Claim]:
    """Hold against their facts: the options of a multi item, the steps of an order, the pairs of a match."""
    claims = []
    if item.type == "multi":
        for option in item.options:
            if option.fact:
                is_so = _fact(option.fact, facts) == float(option.correct)
                claims.append(
                    Claim(f"{option.fact} makes {option.id} {str(option.correct).lower()}", is_so)
                )
    named = [step.fact for step in item.steps if step.fact]
    for lower, upper in pairwise(named):
        claims.append(Claim(f"{lower} < {upper}", _holds(f"{lower} < {upper}", facts)))
    texts = {choice.id: choice.text for choice in item.choices}
    claims += [
        Claim(
            f"{texts[pair.choice]} is {pair.fact}",
            _shows(texts[pair.choice], _fact(pair.fact, facts)),
        )
        for pair in item.pairs
        if pair.fact
    ]
    return claims


def _claim_mends(item: Item, facts: Facts) -> list[Claim]:
    """Hold that the change of the right option cures the program, and that nothing else does."""
    if item.bug is None:
        return []
    endings = {"": False} | {f"_if_{o.id.replace('-', '_')}": o.correct for o in item.options}
    claims = []
    for ending, should in endings.items():
        own = {name: facts[f"{name}{ending}"] for name in facts if "_if_" not in name}
        is_cured = all(_holds(sentence, own) for sentence in item.bug.cured)
        claims.append(
            Claim(
                f"it is {'cured' if should else 'not cured'}{ending or ' as it is'}",
                is_cured == should,
            )
        )
    return claims


def _claim_numbers(item: Item, facts: Facts) -> list[Claim]:
    claims = [
        Claim(f"{option.text} is {option.fact}", _shows(option.text, _fact(option.fact, facts)))
        for option in item.options
        if option.fact and item.type == "single"
    ]
    claims += [
        Claim(f"{miss.value:g} is {miss.fact}", _is_same(miss.value, _fact(miss.fact, facts)))
        for miss in item.near_misses
        if miss.fact
    ]
    return claims


def _holds(claim: str, facts: Facts) -> bool:
    undefined = _UNDEFINED.fullmatch(claim)
    if undefined:
        return _fact(undefined["name"], facts) is None
    parts = _CLAIM.fullmatch(claim)
    if parts is None:
        message = (
            f"{claim!r} is not a claim. Write it like 'recall > 0.5' or 'recall is undefined'."
        )
        raise SpecError(message)
    left, sign, right = _fact(parts["left"], facts), parts["sign"], parts["right"]
    if sign == "~":
        return _shows(right, left)
    bound = _fact(right, facts) if right[0].isalpha() else parse_number(right)
    if left is None or bound is None:
        return False
    if _is_same(left, bound):
        return "=" in sign
    return (left < bound and "<" in sign) or (left > bound and ">" in sign)


def _fact(name: str, facts: Facts) -> float | None:
    require(name in facts, f"The check finds no {name!r}. It finds: {', '.join(facts)}.")
    value = facts[name]
    return None if value is None or math.isnan(value) else float(value)


def _is_same(a: float, b: float | None) -> bool:
    return b is not None and math.isclose(a, b, rel_tol=SAME, abs_tol=SAME / 1000)


def _shows(text: str, truth: float | None) -> bool:
    """Return whether `text` is `truth`, rounded to the decimals that `text` shows."""
    if truth is None:
        return False
    decimals = decimals_shown(text)
    unit: float = 10**-decimals
    if text.rstrip().endswith("%"):
        unit /= 100
    exact = 0.0 if decimals == 0 and "%" not in text else 0.5 * unit
    return abs(parse_number(text) - truth) <= exact + SAME / 1000
