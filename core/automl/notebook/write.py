"""A trained model of AutoML written as a notebook of public libraries, with the data that it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.automl.attempt import mix
from core.automl.decision import Decision
from core.automl.intake import DATE_PARTS
from core.automl.notebook import after, beats, head, measure, tune
from core.automl.notebook.cells import Cell, notebook_of, script_of, text_of
from core.automl.notebook.data import FILE, data_of
from core.automl.notebook.facts import Facts, facts_of
from core.automl.notebook.objects import Writer
from core.automl.pipelines import build_model, build_pipeline, space_of_family
from core.automl.run import draw_sample
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Trial, score_places
from core.automl.words import NAMES
from core.safe_text import filename, md
from core.script import Script, zip_script

if TYPE_CHECKING:
    from core.automl.run import Outcome

N_TRIALS = 5
"""Trials of the cell that tunes, so that a notebook is read to its end; whoever wants more changes it."""
N_TRIALS_OF_BLEND = 30
"""Of the weights of a blend, for which nothing has to be trained."""
Member = tuple[Family, Mapping[str, Any], float]
"""A model of a blend: family, settings, weight."""


@dataclass(frozen=True, eq=False)
class Notebook:
    """A notebook, what it reads, and the numbers that it has to give back."""

    name: str
    """Of its files: ``trial-07-lightgbm``."""
    title: str
    cells: tuple[Cell, ...]
    files: Mapping[str, bytes]
    """What lies beside it: the CSV."""
    metric: str
    logged: Mapping[str, float] = field(default_factory=dict)
    """What AutoML logged, by the names that the last cell prints."""
    made_of: Facts = field(default_factory=dict)
    """Seed, rows and settings of the search, so that a proof that fails can say what differs."""

    @property
    def ipynb(self) -> str:
        """The text of the ``.ipynb`` file."""
        return text_of(notebook_of(self.cells))

    @property
    def script(self) -> str:
        """The text of the ``.py`` file."""
        return script_of(self.cells)

    def zipped(self) -> bytes:
        """Return notebook, program and data in one archive; the same notebook gives the same bytes."""
        parts = {f"{self.name}.ipynb": self.ipynb.encode(), **self.files}
        return zip_script(Script(self.name, self.script, parts), dict(self.logged))


def write_trial(ready: ReadyTable, settings: Settings, trial: Trial) -> Notebook:
    """Return the notebook of one trial; it gives back every score that the trial has.

    Check by eye: the notebook of trial 1 is called ``trial-01-linear`` and trains one model.
    """
    learnt = draw_sample(ready, settings) if trial.is_sample else ready.places("train")
    return Notebook(
        name=f"trial-{trial.number:02d}-{trial.family.replace('_', '-')}",
        title=f"Trial {trial.number}: {NAMES[trial.family]}",
        cells=cells_of_one(ready, settings, trial),
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=logged_of(trial),
        made_of=facts_of(ready, settings, [(trial.family, trial.params, 1.0)], learnt),
    )


def cells_of_one(ready: ReadyTable, settings: Settings, trial: Trial) -> tuple[Cell, ...]:
    """Return the cells of the notebook of one trial."""
    return cells_of_trial(
        ready,
        settings,
        trial.family,
        trial.params,
        number=trial.number,
        is_sample=trial.is_sample,
    )


def logged_of(trial: Trial) -> dict[str, float]:
    """Return the scores of a trial by the names that the last cell of its notebook prints."""
    return {
        **trial.scores,
        **{f"train_{name}": score for name, score in trial.train_scores.items()},
    }


def write_proposal(outcome: "Outcome") -> Notebook:
    """Return the notebook of the model that AutoML proposes; it opens the test, as AutoML did once."""
    ready, settings, chosen = outcome.ready, outcome.settings, outcome.finals.chosen
    tested = outcome.told_test
    decision = outcome.decision if outcome.decision and outcome.decision.is_moved else None
    trials = [(outcome.trials[number], weight) for number, weight in chosen.members]
    members = [(trial.family, trial.params, weight) for trial, weight in trials]
    if len(trials) == 1:
        trial = trials[0][0]
        cells = cells_of_trial(
            ready, settings, trial.family, trial.params, number=trial.number,
            opens_test=True, decision=decision,
        )  # fmt: skip
        logged = {**logged_of(trial), **tested}
    else:
        cells = cells_of_blend(ready, settings, members, opens_test=True, decision=decision)
        logged = {**_validated(ready, trials), **tested}
    return Notebook(
        name="proposal",
        title=f"The proposal: {NAMES[chosen.name]}",
        cells=cells,
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=logged,
        made_of=facts_of(ready, settings, members, ready.places("train")),
    )


def _validated(ready: ReadyTable, members: Sequence[tuple[Trial, float]]) -> dict[str, float]:
    """Return the scores of a blend on the rows that validate, of what its trials said of them."""
    told = [(trial.predicted, weight) for trial, weight in members if trial.predicted is not None]
    if len(told) < len(members):  # a search of an earlier day may not have kept them
        return {}
    return score_places(ready, ready.places("validate"), mix(told))


def cells_of_trial(
    ready: ReadyTable,
    settings: Settings,
    family: Family,
    params: Mapping[str, Any],
    file_name: str = FILE,
    *,
    number: int | None = None,
    opens_test: bool = False,
    is_sample: bool = False,
    decision: Decision | None = None,
) -> tuple[Cell, ...]:
    """Return the notebook of one model, cell by cell; ``pip install`` is all that it needs.

    `params` are the settings that differ from the library's defaults, as in a trial. `is_sample` says that
    it learns from a sample of the rows that train, as the first model of a search on a large table does.
    `decision` moved the threshold.
    """
    name = NAMES[family]
    what = f"{name[0].upper()}{name[1:]}" if number is None else f"Trial {number}: {name}"
    title = f"{what}, to predict {md(ready.target.name)}"
    members: list[Member] = [(family, params, 1.0)]
    return _assemble(
        ready, settings, members, file_name, title,
        opens_test=opens_test, is_sample=is_sample, decision=decision,
    )  # fmt: skip


def cells_of_blend(
    ready: ReadyTable,
    settings: Settings,
    members: Sequence[Member],
    file_name: str = FILE,
    *,
    opens_test: bool = False,
    decision: Decision | None = None,
) -> tuple[Cell, ...]:
    """Return the notebook of a weighted mean of models, cell by cell."""
    title = f"A blend of {len(members)} models, to predict {md(ready.target.name)}"
    return _assemble(
        ready, settings, members, file_name, title, opens_test=opens_test, decision=decision
    )


def _assemble(
    ready: ReadyTable,
    settings: Settings,
    members: Sequence[Member],
    file_name: str,
    title: str,
    *,
    opens_test: bool,
    is_sample: bool = False,
    decision: Decision | None = None,
) -> tuple[Cell, ...]:
    plan, is_weighted = ready.plan, bool(settings.sample_weight_col)
    lists = beats.name_lists(plan, DATE_PARTS)
    writer = Writer(lists, seed=settings.seed)
    is_blend = len(members) > 1
    families = [family for family, _, _ in members]
    model = (
        write_blend(ready, members, writer) if is_blend else write_model(ready, members[0], writer)
    )
    tuned = _tune(ready, members, is_weighted=is_weighted)
    shown = after.explain(ready, families, [weight for _, _, weight in members])
    reading, own_imports = beats.intake(list(writer.own.values()))
    name = filename(f"{ready.target.name} {'blend' if is_blend else families[0]}")
    settings_code = '{"weights": model.weights}' if is_blend else "model[-1].get_params()"
    body = [
        *beats.load(ready, settings, file_name),
        *beats.types(ready, lists),
        *beats.split(ready, settings, is_sample=is_sample),
        *reading,
        *beats.preprocess(plan, model, families),
        *beats.train(is_weighted=is_weighted),
        *beats.evaluate(ready, settings),
        *tuned,
        *shown,
        *after.control(ready, is_blend=is_blend, is_weighted=is_weighted),
        *(after.open_test() if opens_test else ()),
        *(after.decide(ready, decision) if decision else ()),
        *after.keep(ready, name, settings_code, _libraries(writer)),
        *after.say_numbers(
            is_tuned=bool(tuned), is_tested=opens_test, is_decided=decision is not None
        ),
    ]
    _add_imports(writer, ready, is_blend=is_blend)
    imports = head.write_all_imports(
        writer, own_imports, is_tuned=bool(tuned), uses_shap=bool(shown)
    )
    n_trials = N_TRIALS_OF_BLEND if is_blend else N_TRIALS
    top = head.begin(title, ready, settings, imports, is_tuned=bool(tuned), n_trials=n_trials)
    return (*top, *body)


def _tune(ready: ReadyTable, members: Sequence[Member], *, is_weighted: bool) -> list[Cell]:
    """Return the cell that tunes: the settings of one model, or the weights of a blend."""
    if len(members) > 1:
        return tune.tune_blend(ready, [one for one, _, _ in members], is_weighted=is_weighted)
    family, params, _ = members[0]
    space = space_of_family(family, ready.task)
    if not space:
        return []
    plain = build_model(replace(ready.plan, is_log_target=False), family, {}).get_params()
    return tune.tune_model(ready, space, {one.name: plain[one.name] for one in space}, params)


def write_model(ready: ReadyTable, member: Member, writer: Writer) -> str:
    """Return the statement that builds the pipeline of one model."""
    family, params, _ = member
    return writer.write(build_pipeline(ready.plan, family, params), "model = ") + "\nmodel"


def write_blend(ready: ReadyTable, members: Sequence[Member], writer: Writer) -> str:
    """Return the class of a blend, and the statements that build its models."""
    built = {
        family: writer.write(build_pipeline(ready.plan, family, params), f"{family} = ")
        for family, params, _ in members
    }
    weights = writer.write([weight for _, _, weight in members])
    ask = "predict" if ready.task == "regression" else "predict_proba"
    return (
        beats.BLEND.format(ask=ask)
        + "\n".join(built.values())
        + f"\nmodel = Blend([{', '.join(built)}], {weights})\nmodel"
    )


def _add_imports(writer: Writer, ready: ReadyTable, *, is_blend: bool) -> None:
    add = writer.imports.setdefault
    add("sklearn.metrics", set()).update(measure.imports_of_measure(ready))
    add("sklearn.inspection", set()).add("permutation_importance")
    add("sklearn.base", set()).add("clone")
    if is_blend:
        add("sklearn.base", set()).add("BaseEstimator")


def _libraries(writer: Writer) -> list[str]:
    found = {module.split(".")[0] for module in writer.imports} | {"pandas"}
    return sorted({"sklearn": "scikit-learn"}.get(name, name) for name in found - {"numpy"})
