"""The lesson on lost experiments as code to take home: the same trainings, tracked and asked later."""

from typing import TYPE_CHECKING

from core.datasets import load_dataset, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.script import Script
from core.tracking.session import MOST_ROWS, TEST_SHARE
from core.tracking.session_code import QUIET, csv_of, write_imports, write_settings

if TYPE_CHECKING:
    from core.tracking.lost.lab import LostSpec


def write_script(spec: "LostSpec") -> Script:
    """Return the program that trains and tracks the session and answers the five questions from it.

    Its last line is one JSON object whose names are those of `LostResult`.
    """
    session, dataset = spec.session, load_dataset(spec.data)
    sample = ""
    if dataset.n_rows > MOST_ROWS:
        sample = f"table = table.sample({MOST_ROWS}, random_state={spec.seed})\n"
    code = _CODE.format(
        imports=write_imports(session).replace("from contextlib import suppress\n", "").rstrip(),
        quiet=QUIET,
        reading=write_reading_code(dataset).rstrip(),
        sample=sample,
        target=write_literal(str(dataset.target)),
        positive=write_literal(dataset.positive),
        preparing=write_preparing_code(dataset.numeric_features, dataset.categorical_features),
        settings=write_settings(session),
        share=TEST_SHARE,
    )
    return Script("lost", code, csv_of(session), needs="pandas, scikit-learn and MLflow")


_CODE = '''"""Track an afternoon of trainings with MLflow, and ask about it afterwards."""

import ast
{imports}

{quiet}
import mlflow

{reading}
{sample}y = (table[{target}] == {positive}).to_numpy()
{preparing}
{settings}


def train(chosen):
    """Return the three scores of a model with these settings, on rows held back."""
    settings = dict(chosen)
    kind, seed = settings.pop("model"), settings.pop("split_seed")
    train, test, y_train, y_test = train_test_split(
        table, y, test_size={share}, random_state=seed, stratify=y
    )
    model = make_pipeline(prepare, MODELS[kind](**settings)).fit(train, y_train)
    score = model.predict_proba(test)[:, 1]
    return {{
        "roc_auc": roc_auc_score(y_test, score),
        "log_loss": log_loss(y_test, score),
        "accuracy": accuracy_score(y_test, score >= 0.5),
    }}


mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("afternoon")
for chosen in SETTINGS:
    with mlflow.start_run():
        mlflow.log_params(chosen)
        mlflow.log_metrics(train(chosen))

# A month later nothing is in memory any more. Every answer comes from the store.
runs = mlflow.search_runs(order_by=["attributes.start_time ASC"]).reset_index(drop=True)
best = runs.loc[runs["metrics.roc_auc"].idxmax()]
kept = mlflow.get_run(best["run_id"]).data.params


def as_value(text):
    try:
        return ast.literal_eval(text)
    except ValueError:
        return text


again = train({{name: as_value(text) for name, text in kept.items()}})
rest = sorted(f"{{name}}={{text}}" for name, text in kept.items() if name != "model")
same_rows = runs["params.split_seed"] == best["params.split_seed"]
result = {{
    "n_runs": len(runs),
    "best": int(best.name) + 1,
    "best_score": float(best["metrics.roc_auc"]),
    "best_settings": ", ".join([kept["model"], *rest]),
    "n_trees": int((runs["params.model"] == "tree").sum()),
    "n_same_rows": int(same_rows.sum()),
    "is_first_on_same_rows": bool(same_rows[0]),
    "again_score": float(again["roc_auc"]),
    "is_reproduced": bool(again["roc_auc"] == best["metrics.roc_auc"]),
}}
for name, value in result.items():
    print(f"{{name:>22}}: {{value}}")
print(json.dumps(result))
'''
