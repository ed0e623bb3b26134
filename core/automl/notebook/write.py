"""A trained model of AutoML written as a notebook of public libraries, with the data that it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.automl.decision import Decision
from core.automl.intake import DATE_PARTS
from core.automl.notebook import after, beats, head
from core.automl.notebook.cells import Cell, notebook_of, script_of, text_of
from core.automl.notebook.data import FILE, data_of
from core.automl.notebook.objects import Writer
from core.automl.pipelines import build_model, build_pipeline, space_of_family
from core.automl.settings import Family, Settings
from core.automl.table import ReadyTable
from core.automl.trial import Trial
from core.automl.words import NAMES
from core.safe_text import filename, md
from core.script import Script, zip_script

if TYPE_CHECKING:
    from core.automl.run import Outcome

N_TRIALS = 5
"""Trials of the cell that tunes, so that a notebook is read to its end; whoever wants more changes it."""
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
    cells = cells_of_trial(
        ready,
        settings,
        trial.family,
        trial.params,
        number=trial.number,
        is_sample=bool(getattr(trial, "is_sample", False)),
    )
    return Notebook(
        name=f"trial-{trial.number:02d}-{trial.family.replace('_', '-')}",
        title=f"Trial {trial.number}: {NAMES[trial.family]}",
        cells=cells,
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=logged_of(trial),
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
    if len(trials) == 1:
        trial = trials[0][0]
        cells = cells_of_trial(
            ready, settings, trial.family, trial.params, number=trial.number,
            opens_test=True, decision=decision,
        )  # fmt: skip
        logged = {**write_trial(ready, settings, trial).logged, **tested}
    else:
        members = [(trial.family, trial.params, weight) for trial, weight in trials]
        cells = cells_of_blend(ready, settings, members, opens_test=True, decision=decision)
        logged = tested
    return Notebook(
        name="proposal",
        title=f"The proposal: {NAMES[chosen.name]}",
        cells=cells,
        files={FILE: data_of(ready, settings)},
        metric=ready.metric,
        logged=logged,
    )


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
    writer = Writer(lists)
    is_blend = len(members) > 1
    family, params, _ = members[0]
    model = (
        write_blend(ready, members, writer) if is_blend else write_model(ready, members[0], writer)
    )
    is_tuned = not is_blend and not plan.is_log_target
    space = space_of_family(family, ready.task) if is_tuned else ()
    reading, own_imports = beats.intake(list(writer.own.values()))
    body = [
        *beats.load(ready, settings, file_name),
        *beats.types(ready, lists),
        *beats.split(ready, settings, is_sample=is_sample),
        *reading,
        *beats.preprocess(plan, model, is_scaled=any(one[0] == "linear" for one in members)),
        *beats.train(is_weighted=is_weighted),
        *beats.evaluate(ready, settings),
    ]
    if space:
        plain = build_model(plan, family, {}).get_params()
        defaults = {one.name: plain[one.name] for one in space}
        body += after.tune(ready, space, defaults, params)
    is_wrapped = hasattr(build_model(plan, family, {}), "regressor")
    last = "model[-1].regressor_" if is_wrapped else "model[-1]"
    shown = after.explain("blend" if is_blend else family, last, is_sparse=bool(plan.texts))
    body += [*shown, *after.control(ready, is_blend=is_blend, is_weighted=is_weighted)]
    body += after.open_test() if opens_test else []
    body += after.decide(ready, decision) if decision else []
    name = filename(f"{ready.target.name} {'blend' if is_blend else family}")
    settings_code = '{"weights": model.weights}' if is_blend else "model[-1].get_params()"
    body += after.keep(ready, name, settings_code, _libraries(writer))
    body += after.say_numbers(
        is_tuned=bool(space), is_tested=opens_test, is_decided=decision is not None
    )
    _add_imports(writer, ready, is_blend=is_blend)
    imports = head.write_all_imports(
        writer, own_imports, is_tuned=bool(space), uses_shap=bool(shown)
    )
    top = head.begin(title, ready, settings, imports, is_tuned=bool(space), n_trials=N_TRIALS)
    return (*top, *body)


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
    add("sklearn.metrics", set()).update(beats.imports_of_measure(ready))
    add("sklearn.inspection", set()).add("permutation_importance")
    add("sklearn.base", set()).add("clone")
    if is_blend:
        add("sklearn.base", set()).add("BaseEstimator")


def _libraries(writer: Writer) -> list[str]:
    found = {module.split(".")[0] for module in writer.imports} | {"pandas"}
    return sorted({"sklearn": "scikit-learn"}.get(name, name) for name in found - {"numpy"})
