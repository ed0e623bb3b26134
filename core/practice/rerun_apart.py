"""Run the check of an answered item in a process of its own, where it takes longer than a moment.

A check that trains for seconds would make everybody else at the server wait. It becomes a job, as the
trainings of the lessons do, and what it found is remembered: the next press finds it at once.
"""

from dataclasses import dataclass

from core.errors import require
from core.practice.bank import load_deployed
from core.practice.draw import reopen_item
from core.practice.rerun import Finding, Rerun, is_quick, rerun
from core.practice.schema import Item
from core.remember import remembered

NO_SEED = -1
"""Of an item whose numbers do not vary."""


@dataclass(frozen=True, kw_only=True)
class ProofSpec:
    """Which item is to be proved, with which of its numbers."""

    item: str
    version: int
    seed: int = NO_SEED
    """Of the variant."""

    def __post_init__(self) -> None:
        require(
            self.version >= 1, f"The version of an item is at least 1, got {self.version}. Use 1."
        )


@dataclass(frozen=True)
class ProofResult:
    """What the run found; `whats`, `values` and `are_keys` belong together place by place."""

    spec: ProofSpec
    whats: tuple[str, ...]
    values: tuple[str, ...]
    are_keys: tuple[bool, ...]
    n_claims: int
    holds: bool
    milliseconds: float
    function: str

    @property
    def rerun(self) -> Rerun:
        """The same in the form of a run in front of the learner."""
        rows = zip(self.whats, self.values, self.are_keys, strict=True)
        findings = tuple(Finding(what, value, is_key=is_key) for what, value, is_key in rows)
        return Rerun(findings, self.n_claims, self.holds, self.milliseconds, self.function)


@remembered
def prove_apart(spec: ProofSpec) -> ProofResult:
    """Run the check of the item that `spec` names; the numbers are those of `rerun`.

    Raises ``LookupError`` if the bank no longer has this item in this version.
    """
    seed = None if spec.seed == NO_SEED else spec.seed
    item = reopen_item(spec.item, seed, otherwise=0)
    if item is None or spec_of(item) != spec:
        message = f"The bank has no longer version {spec.version} of {spec.item!r}."
        raise LookupError(message)
    found = rerun(item)
    return ProofResult(
        spec=spec,
        whats=tuple(finding.what for finding in found.findings),
        values=tuple(finding.value for finding in found.findings),
        are_keys=tuple(finding.is_key for finding in found.findings),
        n_claims=found.n_claims,
        holds=found.holds,
        milliseconds=found.milliseconds,
        function=found.function,
    )


def spec_of(item: Item) -> ProofSpec:
    """Return what names the run behind `item`."""
    seed = NO_SEED if item.seed is None else item.seed
    return ProofSpec(item=item.id, version=item.version, seed=seed)


def needs_job(item: Item) -> bool:
    """Return whether the check of `item` takes longer than a moment, as it was timed at the build."""
    return item.check is not None and load_deployed(item) is not None and not is_quick(item)


def tell_wait(item: Item) -> str:
    """Return how long such a run takes in words: "about ten seconds"."""
    deployed = load_deployed(item)
    seconds = deployed.seconds if deployed else 0.0
    if seconds <= 3:
        return "a few seconds"
    return "about ten seconds" if seconds <= 10 else "about half a minute"
