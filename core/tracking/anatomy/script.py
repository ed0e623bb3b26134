"""The program of the lesson: one training logged in four ways. The page shows what it really left behind."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.script import Script
from core.tracking.session import MOST_ROWS, TEST_SHARE
from core.tracking.session_code import QUIET

if TYPE_CHECKING:
    from core.tracking.anatomy.record import RecordSpec

EXPERIMENT = "anatomy"
MOST_DEPTH = 9
NAMES = {"hand": "by hand", "auto": "autolog", "late": "autolog too late", "search": "search"}
"""How the program names its runs."""


def write_script(spec: "RecordSpec") -> Script:
    """Return the program that logs the same training by hand, by autolog, too late, and as a search.

    Its last line is one JSON object with numbers that it read back from its own store.
    """
    dataset = load_dataset(spec.data)
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    sample = ""
    if dataset.n_rows > MOST_ROWS:
        sample = f"table = table.sample({MOST_ROWS}, random_state={spec.seed})\n"
    code = _CODE.format(
        preparers=", ".join(preparers),
        quiet=QUIET,
        reading=write_reading_code(dataset).rstrip(),
        sample=sample,
        target=write_literal(str(dataset.target)),
        positive=write_literal(dataset.positive),
        name=write_literal(dataset.csv_name),
        preparing=write_preparing_code(dataset.numeric_features, dataset.categorical_features),
        share=TEST_SHARE,
        seed=spec.seed,
        depth=spec.depth,
        other=spec.depth + 1,
        last=MOST_DEPTH + 1,
    )
    files = {dataset.csv_name: dataset.csv_bytes()}
    return Script("anatomy", code, files, needs="pandas, scikit-learn and MLflow")


_CODE = '''"""Log one training in four ways with MLflow, and read back what each run holds."""

import json
import os

import pandas as pd
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import {preparers}
from sklearn.tree import DecisionTreeClassifier

{quiet}
import mlflow
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

SEED, DEPTH = {seed}, {depth}
{reading}
{sample}y = table[{target}] == {positive}
train, test, y_train, y_test = train_test_split(
    table, y, test_size={share}, random_state=SEED, stratify=y
)
{preparing}
prepare.set_output(transform="default")


def make_model(depth):
    return make_pipeline(
        prepare, DecisionTreeClassifier(max_depth=depth, random_state=SEED)
    )


mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("anatomy")

# 1. By hand: what is written down is what somebody thought of.
with mlflow.start_run(run_name="by hand"):
    mlflow.set_tag("why", "Is one tree enough?")
    mlflow.log_params({{"max_depth": DEPTH, "split_seed": SEED}})
    try:
        mlflow.log_param("max_depth", DEPTH + 1)
        refusal = ""
    except MlflowException as error:
        refusal = error.message
    for depth in range(1, DEPTH + 1):
        model = make_model(depth).fit(train, y_train)
        score = model.predict_proba(test)[:, 1]
        mlflow.log_metric("roc_auc", roc_auc_score(y_test, score), step=depth)
    said = model.predict(test)
    mlflow.log_metric("accuracy", accuracy_score(y_test, said))
    mlflow.log_metric("f1", metrics.f1_score(y_test, said))
    features = model[0].get_feature_names_out()
    weights = pd.Series(model[1].feature_importances_, features, name="importance")
    mlflow.log_text(weights.to_csv(), "importances.csv")
    rows = mlflow.data.from_pandas(train, name={name})
    mlflow.log_input(rows, context="training")
    mlflow.sklearn.log_model(
        model,
        name="model",
        signature=infer_signature(train, said),
        skops_trusted_types=["numpy.dtype", "sklearn.tree._tree.Tree"],
        pip_requirements=["scikit-learn", "skops"],
    )

# 2. Autolog, switched on after the training.
with mlflow.start_run(run_name="autolog too late"):
    model = make_model(DEPTH).fit(train, y_train)
    mlflow.sklearn.autolog(log_models=False)  # a model takes some seconds
    said = model.predict(test)
    accuracy_score(y_test, said)
    metrics.f1_score(y_test, said)
    roc_auc_score(y_test, model.predict_proba(test)[:, 1])

# 3. Autolog, switched on before the training. The scores are those of "by hand".
with mlflow.start_run(run_name="autolog"):
    model = make_model(DEPTH).fit(train, y_train)
    said = model.predict(test)
    accuracy_score(y_test, said)
    metrics.f1_score(y_test, said)
    roc_auc_score(y_test, model.predict_proba(test)[:, 1])

# 4. A search under autolog: a parent run, and children.
depths = {{"decisiontreeclassifier__max_depth": list(range(1, {last}))}}
with mlflow.start_run(run_name="search"):
    search = GridSearchCV(make_model(None), depths, scoring="roc_auc", cv=3)
    search.fit(train, y_train)
mlflow.sklearn.autolog(disable=True)

runs = mlflow.search_runs(order_by=["attributes.start_time ASC"])
by_name = {{run.info.run_name: run for run in map(mlflow.get_run, runs["run_id"])}}
hand, auto = by_name["by hand"], by_name["autolog"]
parents = runs["tags.mlflow.parentRunId"]
result = {{
    "max_depth": hand.data.params["max_depth"],
    "n_params_hand": len(hand.data.params),
    "n_params_auto": len(auto.data.params),
    "n_metrics_auto": len(auto.data.metrics),
    "test_auc": hand.data.metrics["roc_auc"],
    "test_accuracy": hand.data.metrics["accuracy"],
    "test_f1": hand.data.metrics["f1"],
    "n_children": int((parents == by_name["search"].info.run_id).sum()),
    "n_tried": len(search.cv_results_["params"]),
    "best_cv": by_name["search"].data.metrics["best_cv_score"],
    "is_relogging_refused": bool(refusal),
}}
print(" ".join(refusal.split()))
print(json.dumps(result))
'''
