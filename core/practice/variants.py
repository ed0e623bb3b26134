"""The deployed variants of a lesson's families: which seeds may be asked, and how long checks take.

``glassroom bank build`` writes them to ``bank/<chapter>/<lesson>.variants.json``, beside the items.
A variant keeps the values that its seed drew, so asking it draws nothing and loads no library.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.practice.family import fill
from core.practice.schema import Family, Item
from core.practice.strict_yaml import BankError

QUICK_S = 0.3
"""A check that takes longer is proved for its first `SAMPLE` variants by `make test`, for all of them
by `make test-full`."""
SAMPLE = 3
REBUILD = "Run glassroom bank build"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Variant(_Model):
    """One set of numbers that a family may be asked with."""

    seed: Annotated[int, Field(ge=0)]
    hash: str
    """Of what is asked and what is right; see `hash_question`."""
    values: dict[str, Any]


class Deployed(_Model):
    """What the build found out about one item."""

    version: int
    seconds: float
    """One run of the check takes at most so long, on the machine of the build."""
    variants: tuple[Variant, ...] = ()
    """None for an item whose numbers do not vary."""

    @property
    def sample(self) -> tuple[Variant, ...]:
        """The variants that every `make test` proves: all, or the first few of a slow check."""
        return self.variants if self.seconds <= QUICK_S else self.variants[:SAMPLE]


class Deployment(_Model):
    """The file of one lesson."""

    proved_with: dict[str, str] = Field(default_factory=dict)
    """Versions of the libraries that did the arithmetic."""
    items: dict[str, Deployed] = Field(default_factory=dict)


def deployment_path(folder: Path, chapter: str, lesson: str) -> Path:
    """Return where the deployed variants of a lesson are kept in the bank `folder`."""
    return folder / chapter / f"{lesson}.variants.json"


@lru_cache(maxsize=256)
def read_deployment(path: Path) -> Deployment:
    """Return what was deployed; nothing, if the lesson was never built. `BankError` if unreadable."""
    try:
        return Deployment.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Deployment()
    except ValidationError:
        message = (
            f"{path.parent.name}/{path.name} cannot be read. {REBUILD} {path.stem.split('.')[0]}."
        )
        raise BankError(message) from None


def write_deployment(path: Path, deployment: Deployment) -> None:
    """Write the file, one variant a line, so that a change can be read line by line."""
    entries = []
    for name, entry in sorted(deployment.items.items()):
        lines = [json.dumps(variant.model_dump(), ensure_ascii=False) for variant in entry.variants]
        block = "[\n    " + ",\n    ".join(lines) + "\n  ]" if lines else "[]"
        head = f'"version": {entry.version}, "seconds": {entry.seconds:g}'
        entries.append(f'  {json.dumps(name)}: {{{head}, "variants": {block}}}')
    text = (
        f'{{"proved_with": {json.dumps(deployment.proved_with, sort_keys=True)},\n "items": {{\n'
        + ",\n".join(entries)
        + "\n}}\n"
    )
    draft = path.with_suffix(".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
    read_deployment.cache_clear()


def find_variant(entry: Deployed, seed: int) -> Variant | None:
    """Return the deployed variant with this seed, or None."""
    return next((variant for variant in entry.variants if variant.seed == seed), None)


def read_deployed(folder: Path, family: Family) -> Deployed:
    """Return what is deployed of `family`; `BankError` if nothing is, or another version is."""
    path = deployment_path(folder, family.chapter, family.lesson)
    entry = read_deployment(path).items.get(family.id)
    if entry is None or not entry.variants or entry.version != family.version:
        message = (
            f"{family.place}: of {family.id!r} in version {family.version} no numbers are deployed. "
            f"{REBUILD} {family.lesson}."
        )
        raise BankError(message)
    return entry


def render(family: Family, variant: Variant) -> Item:
    """Return the item that is asked."""
    return fill(family, variant.values, variant.seed)


def hash_question(item: Item) -> str:
    """Return 12 hexadecimal digits that change whenever stem, code, options or key change.

    Feedback and explanation are left out: to word them better makes no other question.
    """
    key = None if item.answer is None else [f"{item.answer.value:.9g}", item.answer.unit]
    options = [[option.id, option.text, option.correct] for option in item.options]
    asked: list[Any] = [item.id, item.stem, item.code, options, key]
    if item.steps or item.pairs:
        asked += [[step.id, step.text] for step in item.steps]
        asked += [[choice.id, choice.text] for choice in item.choices]
        asked += [[pair.id, pair.left, pair.choice] for pair in item.pairs]
    if item.picture:
        asked += [item.picture.function, item.picture.args]
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:12]
