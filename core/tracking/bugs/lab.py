"""Find the bug: which line of a program is wrong, how it fails, and whether anybody would notice."""

from dataclasses import dataclass

import pandas as pd

from core.errors import require
from core.lab import Lab, SlowPart
from core.tracking.bugs.attempt import ProgramsSpec, run_programs
from core.tracking.bugs.collection import BUGS, EVERY
from core.tracking.bugs.script import write_script


@dataclass(frozen=True, kw_only=True)
class BugsSpec:
    """One broken program by its name, or all of them."""

    bug: str = "version"
    """A name, such as ``close`` or ``signature``; ``every`` runs the whole collection."""

    def __post_init__(self) -> None:
        _ = self.programs  # refuses unknown names

    @property
    def programs(self) -> ProgramsSpec:
        """What is run."""
        return ProgramsSpec(bug=self.bug)


@dataclass(frozen=True, eq=False)
class BugsResult:
    """How the programs of a view ended. Lines are counted from 1."""

    spec: BugsSpec
    n_programs: int
    n_loud: int
    """Broken programs that ended with an error."""
    n_silent: int
    """Broken programs that ended as if all were well, with another output than the mended ones."""
    n_mended: int
    """Mended programs that ended without an error."""
    n_elsewhere: int
    """Loud programs in which Python stopped on another line than the wrong one."""
    n_lines: int
    """Lines of the broken program, or of all."""
    wrong_line: int | None
    """None where all programs are run."""
    stopped_line: int | None
    """Where Python stopped; None if it did not, or where all programs are run."""
    is_loud: bool | None
    """None where all programs are run."""
    error: str
    """The class of the error; empty if there was none, or where all programs are run."""
    n_said_broken: int | None
    """Characters that the broken program printed, and the mended one; None where all programs are run."""
    n_said_mended: int | None
    programs: pd.DataFrame
    """One row per program and version, see `core.tracking.bugs.attempt.Outcomes`, and ``wrong_line``."""


def look_for_bug(spec: BugsSpec) -> BugsResult:
    """Answer "which line is wrong, and would anybody have noticed?" by running program and repair.

    Check by eye: ``version`` fails in silence, so ``stopped_line`` is None and ``wrong_line`` is 1.
    """
    found = run_programs(spec.programs).programs
    programs = found.assign(wrong_line=[BUGS[name].line for name in found["bug"]])
    broken = programs[programs["version"] == "broken"].reset_index(drop=True)
    mended = programs[programs["version"] == "mended"].reset_index(drop=True)
    loud = broken["is_error"]
    silent = ~loud & (broken["said"] != mended["said"])
    for name in broken.loc[~loud & ~silent, "bug"]:
        require(False, f"The program {name!r} does the same with and without its mistake.")
    one = broken.iloc[0] if spec.bug != EVERY else None
    return BugsResult(
        spec=spec,
        n_programs=len(broken),
        n_loud=int(loud.sum()),
        n_silent=int(silent.sum()),
        n_mended=int((~mended["is_error"]).sum()),
        n_elsewhere=int((loud & (broken["line"] != broken["wrong_line"])).sum()),
        n_lines=sum(len(BUGS[name].lines) for name in broken["bug"]),
        wrong_line=None if one is None else int(one["wrong_line"]),
        stopped_line=None if one is None or not one["is_error"] else int(one["line"]),
        is_loud=None if one is None else bool(one["is_error"]),
        error="" if one is None else str(one["error"]),
        n_said_broken=None if one is None else len(str(one["said"])),
        n_said_mended=None if one is None else len(str(mended.iloc[0]["said"])),
        programs=programs,
    )


def name_slow_part(spec: BugsSpec) -> SlowPart | None:
    """Return the programs that a view waits for; None for the one that the lesson opens with."""
    if spec == BugsSpec():
        return None
    what = (
        f"All {len(BUGS)} programs are being run, broken and mended."
        if spec.bug == EVERY
        else f"The program “{BUGS[spec.bug].title}” is being run, broken and mended."
    )
    return SlowPart(run=run_programs, spec=spec.programs, what=what)


LAB = Lab(
    name="bugs",
    question="Which line of the program is wrong, and would anybody have noticed?",
    spec=BugsSpec,
    run=look_for_bug,
    script=write_script,
    slow_part=name_slow_part,
    presets={
        "default": {},
        "loud": {"bug": "twice"},
        "silent": {"bug": "close"},
        "models": {"bug": "signature"},
    },
)
