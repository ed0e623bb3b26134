"""The diagnosis lab as code to take home: scikit-learn's validation curve, on one CSV."""

from typing import TYPE_CHECKING

from core.bias_variance.curve_code import write_start
from core.bias_variance.scores import SCORES
from core.bias_variance.table_models import find_table_model
from core.bias_variance.under_or_over.case import collect_evidence, examine_case
from core.datasets import load_dataset
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.under_or_over.lab import UnderOverSpec


def write_script(spec: "UnderOverSpec") -> Script:
    """Return the program that measures both errors at every setting, and says which setting is best.

    Its last line is one JSON object whose names are those of `UnderOverResult`.
    """
    case = examine_case(spec.case)
    evidence = collect_evidence(case)
    score = next(score for score in SCORES if score.name == case.metric)
    dataset = load_dataset(spec.data)
    values = _list_values(evidence.settings)
    knob = find_table_model(spec.model).knob(dataset.task)
    dummy = "DummyRegressor" if dataset.task == "regression" else "DummyClassifier"
    start = write_start(
        spec,
        title="Error on rows learnt from and on new ones, at every setting.",
        setting=evidence.settings[case.at],
        constants=f"{values}\nAT = {case.at}  # the setting that is examined",
        imports=(
            f"from sklearn.dummy import {dummy}",
            "from sklearn.model_selection import cross_validate, validation_curve",
        ),
    )
    rest = _REST.format(
        parameter=f"{knob.step}__{knob.parameter}", scorer=score.scorer, dummy=dummy,
        train=("1 - train" if score.is_higher_better else "-train"),
        new=("1 - new" if score.is_higher_better else "-new"),
        base=('1 - base["test_score"]' if score.is_higher_better else '-base["test_score"]'),
    )  # fmt: skip
    return Script("under_or_over", f"{start}\n\n{rest}", {dataset.csv_name: dataset.csv_bytes()})


def _list_values(settings: tuple[float, ...]) -> str:
    is_whole = all(value == round(value) for value in settings)
    items = [str(int(value) if is_whole else value) for value in settings]
    return f"VALUES = [{', '.join(items)}]"


_REST = """train, new = validation_curve(
    model,
    X,
    y,
    param_name="{parameter}",
    param_range=VALUES,
    cv=splits,
    scoring="{scorer}",
)
train, new = {train}, {new}  # as errors: 0 is perfect
base = cross_validate(
    {dummy}(),
    X,
    y,
    cv=splits,
    scoring="{scorer}",
)
errors = new.mean(axis=1)
best = int(errors.argmin())
for value, on_old, on_new in zip(VALUES, train.mean(axis=1), errors):
    print(f"{{value:>10}}: {{on_old:.5g}} on rows learnt from, {{on_new:.5g}} on new ones")
result = {{
    "setting": VALUES[AT],
    "train": train[AT].mean(),
    "validation": errors[AT],
    "gap": errors[AT] - train[AT].mean(),
    "best_setting": VALUES[best],
    "best_validation": errors[best],
    "baseline": ({base}).mean(),  # saying always the same
}}
print(json.dumps({{name: float(value) for name, value in result.items()}}))
"""
