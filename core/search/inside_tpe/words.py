"""What the study says in words: settings, the choice of a trial, the score of a turn, the race."""

from core.formula import Formula
from core.search.inside_tpe.lab import MOST_PICKS, NEAR, InsideTPEResult
from core.search.inside_tpe.objective import KNOBS, N_PLACES
from core.wording import count, percent, significant

WHERE = {
    "near": "Right beside the best one so far",
    "gap": "Into the widest stretch that nobody tried",
    "else": "Somewhere else",
}


def say_setting(result: InsideTPEResult, setting: float) -> str:
    """Return a setting with its name: "gamma 0.0398", "20 neighbours"."""
    if not KNOBS[result.spec.model].is_log:
        return "1 neighbour" if setting == 1 else f"{count(setting)} neighbours"
    return f"{result.knob} {significant(setting)}"


def say_place(result: InsideTPEResult, place: int) -> str:
    """Return the setting at a place, with its name."""
    knob = KNOBS[result.spec.model]
    return say_setting(result, knob.setting(float(knob.parameters[place])))


def say_error(result: InsideTPEResult, error: float) -> str:
    """Return an error or a distance with the unit of the target, if it has one."""
    return f"{significant(error)} {result.unit}".strip()


def find_answer(result: InsideTPEResult) -> str:
    """Return where TPE's first own trial went: a key of `WHERE`."""
    if abs(result.first_place - result.best_start_place) <= NEAR:
        return "near"
    return "gap" if result.gap_low < result.first_place < result.gap_high else "else"


def tell_first(result: InsideTPEResult) -> str:
    """Say what the predict question asked for, with its numbers."""
    where = {
        "near": "beside the best one, within a tenth of the range",
        "gap": "into the widest stretch that no trial had touched",
        "else": "neither beside the best one nor into the widest untried stretch",
    }[find_answer(result)]
    return (
        f"The best of the {count(result.spec.n_startup)} random trials was at "
        f"{say_place(result, result.best_start_place)}. TPE then tried "
        f"{say_place(result, result.first_place)}: {where}."
    )


def tell_split(result: InsideTPEResult) -> str:
    """Say how the earlier trials were sorted, or why they were not."""
    trial = result.spec.trial
    if trial <= result.spec.n_startup:
        return (
            f"Trial {trial} is random. TPE has nothing to learn from before "
            f"{count(result.spec.n_startup)} trials are done."
        )
    known = trial - 1
    return (
        f"Before trial {trial}, {known} trials are known. Optuna calls the best tenth good, rounded up: "
        f"{count(result.n_good)} of {known}. The other {count(result.n_bad)} are bad."
    )


def tell_choice(result: InsideTPEResult) -> str:
    """Say why this setting was proposed."""
    if result.spec.trial <= result.spec.n_startup:
        return f"It tried {say_setting(result, result.setting)}, and got {say_error(result, result.error)}."
    return (
        f"Of 24 candidates drawn from the good density, "
        f"{say_setting(result, result.setting)} has the largest ratio: it is "
        f"{significant(result.ratio)} times as likely under the good trials as under the bad "
        f"ones. Training then gave an error of {say_error(result, result.error)}."
    )


def split_formula(result: InsideTPEResult) -> Formula:
    """Show how many trials count as good before the trial under the handle, or the first of TPE."""
    known = max(result.spec.trial, result.spec.n_startup + 1) - 1
    n_good = _count_good(result, known + 1)
    return Formula(
        name="good trials",
        top="10 % of the trials so far, rounded up",
        top_number=f"0.1 × {known} = {0.1 * known:.1f}, rounded up",
        value=count(n_good),
    )


def ratio_formula(result: InsideTPEResult) -> Formula | None:
    """Show the ratio at the proposal; None where the trial was random."""
    if result.spec.trial <= result.spec.n_startup:
        return None
    return Formula(
        name="ratio at the proposal",
        top="density of the good trials",
        bottom="density of the bad trials",
        top_number=f"{result.good:.5f}",
        bottom_number=f"{result.bad:.5f}",
        value=significant(result.ratio),
    )


def tell_widths(result: InsideTPEResult) -> str:
    """Say why the good density is so wide, with the trials that made it."""
    trial = max(result.spec.trial, result.spec.n_startup + 1)
    peaks = {
        name: float(result.densities.loc[result.densities["trial"] == trial, name].max())
        for name in ("good", "bad")
    }
    n_good = _count_good(result, trial)
    few = "1 trial" if n_good == 1 else f"{n_good} trials"
    return (
        f"At trial {trial} the good density is built from {few} and one very wide bell over the whole range. "
        f"Its highest point is {percent(peaks['good'])} for one value; equal chances for all "
        f"{N_PLACES} would be {percent(1 / N_PLACES)}. The bad density, from {trial - 1 - n_good} trials, "
        f"reaches {percent(peaks['bad'])}."
    )


def _count_good(result: InsideTPEResult, trial: int) -> int:
    groups = result.groups
    return int(groups.loc[groups["trial"] == trial, "is_good"].sum())


def tell_end(result: InsideTPEResult) -> str:
    """Say what the whole study found, and how far that is from the best of all settings."""
    regret = result.final_error - result.best_error
    found = f"After {count(result.n_trials)} trials the best error is {say_error(result, result.final_error)}"
    if regret < 1e-9:
        return f"{found}: the best of all {N_PLACES} values, at {say_setting(result, result.final_setting)}."
    return (
        f"{found}, at {say_setting(result, result.final_setting)}. The best of all {N_PLACES} values "
        f"would be {say_error(result, result.best_error)}, {say_error(result, regret)} less."
    )


def tell_race(result: InsideTPEResult) -> str:
    """Say how often random search ends ahead of TPE."""
    last = result.race.iloc[-1]
    return (
        f"{count(result.n_studies)} studies with {count(result.n_trials)} trials each: TPE ended "
        f"{say_error(result, float(last['tpe_50']))} above the best possible in the median, random search "
        f"{say_error(result, float(last['random_50']))}. If both search once more, random search ends ahead "
        f"with a chance of {percent(result.random_ahead)}, and level with {percent(result.level)}."
    )


def tell_turn(result: InsideTPEResult) -> str:
    """Say how the learner stands beside TPE and random search."""
    n_picks, n_start = result.n_picks, result.spec.n_startup
    if n_picks == 0:
        return (
            f"The same {count(n_start)} random trials are given to you. The best of them is "
            f"{say_error(result, result.your_regret)} above the best possible. Choose the next one."
        )
    yours, tpe, chance = result.your_regret, result.tpe_regret, result.random_regret
    verdict = "You are level with TPE."
    if abs(yours - tpe) > 1e-9:
        verdict = "You are ahead of TPE." if yours < tpe else "TPE is ahead of you."
    trials = "1 trial" if n_picks == 1 else f"{n_picks} trials"
    return (
        f"After {trials} of your own you are {say_error(result, yours)} above the best possible, TPE is "
        f"{say_error(result, tpe)} above it, and random search {say_error(result, chance)} in the median. "
        f"**{verdict}**"
    )


def has_picks_left(result: InsideTPEResult) -> bool:
    """Return whether the learner may choose another trial."""
    return result.n_picks < MOST_PICKS


def list_places(result: InsideTPEResult) -> dict[int, str]:
    """Return every place that can be chosen, with its setting."""
    return {place: say_place(result, place) for place in range(N_PLACES)}


def list_terms(result: InsideTPEResult) -> str:
    """Return the four words of a study, each with what it is here, as a list."""
    return (
        f"- **study**: the whole search, here {count(result.n_trials)} trials\n"
        f"- **trial**: one training and its score, here number {count(result.spec.trial)}\n"
        f"- **parameter**: what is varied, here {result.knob} ({say_setting(result, result.setting)})\n"
        f"- **objective value**: what comes back and is made small, here the error "
        f"({say_error(result, result.error)})"
    )
