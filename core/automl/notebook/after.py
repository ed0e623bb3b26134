"""What a notebook does once its model is trained and tuned: look inside it, keep it, say its numbers."""

from collections.abc import Sequence

from core.automl.decision import Decision
from core.automl.notebook.cells import Cell
from core.automl.notebook.objects import Writer
from core.automl.settings import LOWER_IS_BETTER, Family
from core.automl.table import ReadyTable
from core.automl.words import NAMES
from core.safe_text import md
from core.wording import significant

TREES = ("tree", "forest", "extra_trees", "lightgbm")
MOST_EXPLAINED = 100
"""Rows whose predictions are explained."""
MOST_JUDGED = 500
"""Rows by which importances are measured."""


def explain(
    ready: ReadyTable, families: Sequence[Family], weights: Sequence[float] = (1.0,)
) -> list[Cell]:
    """Return the cell with SHAP: how far each column pushes; none for a baseline.

    Of a blend the strongest member is explained, and the text says how much it weighs.
    """
    place = max(range(len(families)), key=lambda one: weights[one])
    family = families[place]
    if family not in (*TREES, "linear"):
        return []
    model, lead, who = "model", "", ""
    if len(families) > 1:
        share = f"{weights[place]:.0%}"
        model, lead = "strongest", f"    strongest = model.models[{place}]  # weighs {share}\n"
        who = (
            f" Of the blend it looks at the strongest member alone, the {NAMES[family]}, which weighs "
            f"{share}; the blend as a whole is judged further below."
        )
    last = f"{model}[-1].regressor_" if ready.plan.is_log_target else f"{model}[-1]"
    how = (
        f"shap.TreeExplainer({last})(prepared, check_additivity=False)"
        if family in TREES
        else f"shap.LinearExplainer({last}, prepared)(prepared)"
    )
    unit, meaning = _unit(ready, family)
    text = (
        "## Explain\n\nSHAP says how far each prepared column pushed the predictions of up to "
        f"{MOST_EXPLAINED} rows, on average and whatever the direction, in {unit}{meaning}.{who} It tells "
        "what the model does, not what causes the target."
    )
    code = _SHAP.format(
        most=MOST_EXPLAINED,
        dense=_DENSE if ready.plan.texts else "",
        how=how,
        model=model,
        lead=lead,
        unit=unit,
    )
    return [Cell("explain", "text", text), Cell("explain", "code", code)]


def _unit(ready: ReadyTable, family: Family) -> tuple[str, str]:
    """Return in what SHAP measures a push, and what that means where it has to be said."""
    if ready.task == "regression":
        return (
            "logarithms of the target" if ready.plan.is_log_target else "units of the target"
        ), ""
    if family in ("linear", "lightgbm"):
        return "log-odds", " (each whole one multiplies the odds of a class by 2.7)"
    return "probability", " (0.01 is one row in a hundred)"


def control(ready: ReadyTable, *, is_blend: bool, is_weighted: bool) -> list[Cell]:
    """Return the cell of permutation importance, with a column of noise beside the others."""
    noise = "noise"
    while noise in ready.rows.columns:
        noise = f"pure {noise}"
    code = _IMPORTANCE.format(
        noise=Writer().write(noise),
        pipelines="twin.models" if is_blend else "[twin]",
        first="twin.models[0]" if is_blend else "twin",
        sign="-" if ready.metric in LOWER_IS_BETTER else "",
        ask="predict" if ready.task == "regression" else "predict_proba",
        weights="\n    sample_weight=weights[places]," if is_weighted else "",
        most=MOST_JUDGED,
    )
    text = (
        "## Does it matter, or is it chance?\n\nHow much worse is the score when one column is shuffled? A "
        "column of pure noise takes part as a control: what is not above it may be chance."
    )
    return [Cell("importance", "text", text), Cell("importance", "code", code)]


def open_test() -> list[Cell]:
    """Return the cell in which the untouched rows judge the proposed model."""
    text = (
        "## Test\n\nThe model learns from the rows that train and those that validate, and the untouched "
        "rows judge it. They are opened once: whoever chooses by them has no honest score left."
    )
    code = "learnt = fit(clone(model), train | validate)\ntested = judge(learnt, test)\ntested"
    return [Cell("test", "text", text), Cell("test", "code", code)]


def decide(ready: ReadyTable, decision: Decision) -> list[Cell]:
    """Return the cell in which the model says the class that is looked for by its own threshold."""
    positive = md(str(ready.positive))
    text = (
        f"## Decide\n\nThe model says {positive} from a chance of {significant(decision.threshold)} on, "
        "not of 1/2. That threshold has the best F1 on chances that models gave for rows that they had not "
        "seen, in the finals of the search; none of the rows that test was among them. There its gain over "
        f"1/2 was {significant(decision.gain)} ({significant(decision.low)} to "
        f"{significant(decision.high)}). The chances stay as they are; `FixedThresholdClassifier` of "
        "scikit-learn keeps a threshold with a model."
    )
    code = _DECIDE.format(
        threshold=Writer().write(decision.threshold),
        weights=", sample_weight=weights[test]" if ready.weights is not None else "",
    )
    return [Cell("decide", "text", text), Cell("decide", "code", code)]


def keep(ready: ReadyTable, name: str, params: str, libraries: list[str]) -> list[Cell]:
    """Return the cell that registers the model with MLflow; it is off until a flag is set."""
    code = _KEEP.format(
        name=Writer().write(name),
        params=params,
        ask="predict" if ready.task == "regression" else "predict_proba",
        libraries=Writer().write(libraries),
    )
    text = (
        "## Keep\n\nWith `TRACK = True` at the top, MLflow keeps settings, scores and the model, registers "
        "it, and loads it again: the loaded model has to say the same."
    )
    return [Cell("keep", "text", text), Cell("keep", "code", code)]


def say_numbers(*, is_tuned: bool, is_tested: bool, is_decided: bool = False) -> list[Cell]:
    """Return the last cell: all numbers in one line, for whoever checks them."""
    tuned = _TUNED if is_tuned else ""
    tested = (
        '\nnumbers |= {f"test_{name}": value for name, value in tested.items()}'
        if is_tested
        else ""
    )
    if is_decided:
        tested += (
            '\nnumbers |= {f"test_{name}_at_threshold": value for name, value in decided.items()}'
        )
    text = "## The numbers\n\nOne line for a program that compares them with what was logged."
    return [Cell("numbers", "text", text), Cell("numbers", "code", _SAY + tested + tuned + _PRINT)]


_DENSE = """
    if hasattr(prepared, "toarray"):  # words in texts are mostly absent
        prepared = prepared.toarray()"""
_SHAP = """if shap is None:
    print("SHAP is not installed here; the importances below do without it.")
else:
{lead}    sample = rows[validate].sample(min({most}, validate.sum()), random_state=SEED)
    prepared = {model}[:-1].transform(sample){dense}
    # Two steps may give the same name, so each name comes with its step, and is shown without.
    {model}["prepare"].set_params(verbose_feature_names_out=True)
    names = [name.split("__", 1)[1] for name in {model}["prepare"].get_feature_names_out()]
    {model}["prepare"].set_params(verbose_feature_names_out=False)
    pushes = np.abs({how}.values)
    pushes = pushes.reshape(len(sample), len(names), -1).mean(axis=(0, 2))
    print("How far each pushes a prediction, in {unit}:")
    print(pd.Series(pushes, index=names).nlargest(10).to_string())"""
_IMPORTANCE = '''NOISE = {noise}
with_noise = rows.assign(**{{NOISE: np.random.default_rng(SEED).normal(size=len(rows))}})
twin = clone(model)
for pipeline in {pipelines}:
    pipeline.set_params(intake__numbers=(*pipeline["intake"].numbers, NOISE))
    pipeline["prepare"].transformers.append(("noise", "passthrough", [NOISE]))
fit(twin, train, with_noise)


def gain(model, rows, truth, sample_weight=None):
    """Return the metric, turned so that more is better."""
    return {sign}measure(truth, model.{ask}(rows), sample_weight)[METRIC]


places = np.flatnonzero(validate)[:{most}]
columns = {first}["intake"].columns_
importance = permutation_importance(
    twin,
    with_noise.iloc[places][columns],
    target[places],
    scoring=gain,
    n_repeats=3,
    random_state=SEED,{weights}
)
worth = pd.Series(importance.importances_mean, index=columns).sort_values(ascending=False)
print(f"How much worse {{METRIC}} gets when a column is shuffled:")
print(worth.head(10).to_string())
n_above = int((worth > max(worth[NOISE], 0)).sum())
print(f"{{n_above}} of {{len(worth) - 1}} columns matter more than the noise.")'''
_DECIDE = """THRESHOLD = {threshold}
place = CLASSES.index(POSITIVE)
chances = learnt.predict_proba(rows[test])[:, place]
named = np.where(chances >= THRESHOLD, POSITIVE, CLASSES[1 - place])
how = {{"pos_label": POSITIVE, "zero_division": 0.0{weights}}}
decided = {{
    "f1": f1_score(target[test], named, **how),
    "precision": precision_score(target[test], named, **how),
    "recall": recall_score(target[test], named, **how),
    "accuracy": accuracy_score(target[test], named{weights}),
}}
pd.DataFrame({{"at 1/2": tested, "at the threshold": decided}}).dropna()"""
_KEEP = """if TRACK:
    import mlflow
    from mlflow.models import infer_signature

    NAME = {name}
    few = rows.head(5)
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.set_experiment(NAME)
    with mlflow.start_run():
        mlflow.log_params({params})
        mlflow.log_metrics(scores["validate"])
        kept = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(few, model.{ask}(few)),
            serialization_format="cloudpickle",  # it carries the class Intake along
            pip_requirements={libraries},
            registered_model_name=NAME,
        )
    again = mlflow.sklearn.load_model(f"models:/{{NAME}}/{{kept.registered_model_version}}")
    assert np.array_equal(again.{ask}(rows), model.{ask}(rows))"""
_SAY = """numbers = dict(scores["validate"])
numbers |= {f"train_{name}": value for name, value in scores["train"].items()}"""
_TUNED = """
numbers |= {"best": study.best_value, "tried": [trial.value for trial in study.trials]}"""
_PRINT = "\nprint(json.dumps(numbers))"
