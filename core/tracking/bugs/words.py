"""What the lesson says in words: which line was wrong, what happened, and how it was mended."""

import pandas as pd

from core.formula import Formula
from core.tracking.bugs.collection import BUGS, EVERY, GROUPS
from core.tracking.bugs.lab import BugsResult
from core.wording import count

SHARES = {
    "all": "All of them",
    "most": "More than half, not all",
    "few": "Fewer than half",
    "none": "None of them",
}
OFFERED = {EVERY: "All of them at once"} | {name: bug.title for name, bug in BUGS.items()}
MOST_OPTIONS = 8


def is_every(result: BugsResult) -> bool:
    """Return whether the whole collection was run."""
    return result.spec.bug == EVERY


def code_of(result: BugsResult) -> str:
    """Return the broken program; empty where all are run."""
    return "" if is_every(result) else BUGS[result.spec.bug].code


def mended_of(result: BugsResult) -> str:
    """Return the program without its mistake."""
    return BUGS[result.spec.bug].mended


def why_of(result: BugsResult) -> str:
    """Return what went wrong."""
    return BUGS[result.spec.bug].why


def ask_for(result: BugsResult) -> str:
    """Ask for the wrong line, or for the share of programs that say that they fail."""
    if is_every(result):
        return (
            f"Here are {result.n_programs} small programs, each with one mistake. All of them are run. How "
            "many end with an error?"
        )
    title = BUGS[result.spec.bug].title
    return f"“{title}”: one line of this program is wrong. Point at it. Which line is it?"


def options_of(result: BugsResult) -> dict[str, str]:
    """Return the lines that hold something, or the shares."""
    if is_every(result):
        return SHARES
    lines = list(enumerate(BUGS[result.spec.bug].lines, start=1))
    filled = [(number, text) for number, text in lines if text.strip()]
    wrong = result.wrong_line or 1
    near = sorted(filled, key=lambda line: abs(line[0] - wrong))[:MOST_OPTIONS]
    return {str(number): f"Line {number}" for number, _ in sorted(near)}


def find_answer(result: BugsResult) -> str:
    """Return the wrong line, or which of `SHARES` ended with an error."""
    if not is_every(result):
        return str(result.wrong_line)
    if result.n_loud in (0, result.n_programs):
        return "all" if result.n_loud else "none"
    return "most" if 2 * result.n_loud > result.n_programs else "few"


def beliefs_of(result: BugsResult) -> dict[str, str]:
    """Say of each wrong answer what it overlooks."""
    answer = find_answer(result)
    if is_every(result):
        believed = {
            "all": "That would be so if Python noticed every mistake. It only notices what it cannot do.",
            "most": "That would be so if most mistakes asked for something impossible.",
            "few": "That would be so if most mistakes asked for something possible, but not meant.",
            "none": "That would be so if each mistake asked for something that can be done.",
        }
        return {key: text for key, text in believed.items() if key != answer}
    return {
        number: f"Line {number} does what it says, and it can stay as it is. Look at line {answer}."
        for number in options_of(result)
        if number != answer
    }


def tell_outcome(result: BugsResult) -> str:
    """Say which line is wrong, and what the broken program did."""
    if is_every(result):
        return (
            f"{result.n_loud} of {result.n_programs} programs ended with an error. The other "
            f"{result.n_silent} ended as if all were well, and were wrong."
        )
    if result.stopped_line is None:
        return (
            f"Line {result.wrong_line} is wrong. Python did not notice: the program ran to its end."
        )
    if result.stopped_line == result.wrong_line:
        return f"Line {result.wrong_line} is wrong, and Python stopped right there with {result.error}."
    return (
        f"Line {result.wrong_line} is wrong. Python stopped at line {result.stopped_line} with "
        f"{result.error}: that is where it could not go on, not where the mistake is."
    )


def quote(result: BugsResult, version: str) -> str:
    """Return what the program printed, and its error as Python writes it."""
    row = result.programs[result.programs["version"] == version].iloc[0]
    parts = [str(row["said"])] if row["said"] else []
    if row["is_error"]:
        parts.append(f"{row['error']}: {row['message']}")
    return "\n".join(parts)


def tell_mending(result: BugsResult) -> str:
    """Say what the mended program does."""
    return f"Mended and run again, it ended {'well' if result.n_mended else 'with another error'}:"


def tell_elsewhere(result: BugsResult) -> str:
    """Say how often Python stopped on another line."""
    return (
        f"In {result.n_elsewhere} of {result.n_loud} loud programs Python stopped on another line than the "
        f"wrong one. All {result.n_mended} mended programs ran to their end."
    )


def share_formula(result: BugsResult) -> Formula:
    """Show the share of mistakes that nobody would have noticed."""
    return Formula(
        name="silent share",
        top="programs that ended well and were wrong",
        bottom="programs",
        top_number=count(result.n_silent),
        bottom_number=count(result.n_programs),
        value=f"{result.n_silent / result.n_programs:.0%}",
    )


def tabulate_programs(result: BugsResult) -> pd.DataFrame:
    """Return each broken program: what it is for, what is wrong, and what happened."""
    rows = []
    for row in result.programs[result.programs["version"] == "broken"].to_dict("records"):
        bug = BUGS[row["bug"]]
        happened = row["error"] if row["is_error"] else "no error"
        rows.append(
            {
                "Program": bug.title,
                "The wrong line": bug.lines[bug.line - 1].strip(),
                "What happened": happened,
            }
        )
    return pd.DataFrame(rows)


def tabulate_groups(result: BugsResult) -> pd.DataFrame:
    """Return for Python, runs and models how many programs were loud and silent: ``group`` and both."""
    broken = result.programs[result.programs["version"] == "broken"]
    rows = []
    for group in GROUPS:
        errors = broken.loc[broken["group"] == group, "is_error"]
        if len(errors):
            rows.append((group, int(errors.sum()), int((~errors).sum())))
    return pd.DataFrame(rows, columns=["group", "loud", "silent"])
