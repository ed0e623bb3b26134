"""Mistakes with runs: params, files, datasets, and which run is meant."""

from core.tracking.bugs.bug import Bug

BUGS = (
    Bug(
        name="twice",
        title="Try two depths",
        code="""\
import mlflow

with mlflow.start_run():
    for depth in (3, 5):
        mlflow.log_param("depth", depth)
runs = mlflow.search_runs()
print(sorted(runs["params.depth"]))
""",
        point="with mlflow",
        mends=(
            (
                "with mlflow.start_run():\n    for depth in (3, 5):\n",
                "for depth in (3, 5):\n    with mlflow.start_run():\n",
            ),
        ),
        why="A run keeps one value for a param, and it cannot be changed. Two settings are two runs, so the "
        "run belongs inside the loop. The error comes two lines later.",
    ),
    Bug(
        name="autolog",
        title="Log a ridge",
        code="""\
import mlflow
from sklearn.linear_model import Ridge

mlflow.sklearn.autolog(log_models=False)
with mlflow.start_run() as run:
    Ridge(alpha=2.0).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 3.0])
    mlflow.log_param("alpha", 0.4)
print(mlflow.get_run(run.info.run_id).data.params["alpha"])
""",
        point='log_param("alpha"',
        mends=(('    mlflow.log_param("alpha", 0.4)\n', ""),),
        why="Autologging has logged the real alpha, 2.0. The typed one was left over from an older cell. "
        "MLflow refuses to change a param, and so saved you from a false note.",
    ),
    Bug(
        name="info",
        title="Say which run it was",
        code="""\
import mlflow

with mlflow.start_run(run_name="first") as run:
    mlflow.log_metric("auc", 0.8)
print(len(run.info["run_id"]))
""",
        point='info["run_id"]',
        mends=(('info["run_id"]', "info.run_id"),),
        why="What a run says of itself is an object with attributes, not a dictionary.",
    ),
    Bug(
        name="experiment",
        title="Search one experiment",
        code="""\
import mlflow

with mlflow.start_run() as run:
    mlflow.log_metric("auc", 0.8)
found = mlflow.search_runs(experiment_ids=[run.info.run_id])
print(len(found))
""",
        point="experiment_ids",
        mends=(("[run.info.run_id]", "[run.info.experiment_id]"),),
        why="A run has two numbers: its own, and that of its experiment. A search looks into experiments.",
    ),
    Bug(
        name="dataset",
        title="Log the rows of a training",
        code="""\
import mlflow
import pandas as pd

rows = pd.DataFrame({"x": [1.0, 2.0], "y": [0, 1]})
with mlflow.start_run() as run:
    mlflow.log_input(rows, context="training")
print(len(mlflow.get_run(run.info.run_id).inputs.dataset_inputs))
""",
        point="log_input",
        mends=(("log_input(rows", "log_input(mlflow.data.from_pandas(rows)"),),
        why="`log_input` takes a dataset of MLflow, which knows a name, a digest and a source. The message "
        "speaks of pandas, because a table was taken for it.",
    ),
    Bug(
        name="artifact",
        title="Keep a table with a run",
        code="""\
import mlflow
import pandas as pd

table = pd.DataFrame({"column": ["tenure"], "importance": [0.4]})
client = mlflow.MlflowClient()
with mlflow.start_run() as run:
    client.log_artifact(table)
print([file.path for file in client.list_artifacts(run.info.run_id)])
""",
        point="client.log_artifact",
        mends=(
            (
                "    client.log_artifact(table)\n",
                (
                    '    table.to_csv("importance.csv", index=False)\n'
                    '    client.log_artifact(run.info.run_id, "importance.csv")\n'
                ),
            ),
        ),
        why="A client knows of no run that is open, so it must be told which. And an artifact is a file: a "
        "table in memory must be written first.",
    ),
    Bug(
        name="file",
        title="Keep the importances",
        code="""\
import mlflow
import pandas as pd

table = pd.DataFrame({"column": ["tenure"], "importance": [0.4]})
with mlflow.start_run() as run:
    mlflow.log_artifact("importance.csv")
client = mlflow.MlflowClient()
print([file.path for file in client.list_artifacts(run.info.run_id)])
""",
        point='log_artifact("importance',
        mends=(
            (
                "    mlflow.log_artifact(",
                '    table.to_csv("importance.csv", index=False)\n    mlflow.log_artifact(',
            ),
        ),
        why="There is no such file: the table was never written. It had worked before, with the file of "
        "yesterday.",
    ),
    Bug(
        name="close",
        title="Keep notes with a run",
        code="""\
import mlflow

notes = open("notes.txt", "w")
notes.write("trained on clean rows")
with mlflow.start_run() as run:
    mlflow.log_artifact("notes.txt")
place = f"{run.info.artifact_uri}/notes.txt"
print(len(mlflow.artifacts.load_text(place)), "letters were kept")
""",
        point='open("notes.txt"',
        mends=(
            (
                'notes = open("notes.txt", "w")\nnotes.write("trained on clean rows")\n',
                'with open("notes.txt", "w") as notes:\n    notes.write("trained on clean rows")\n',
            ),
        ),
        why="What is written waits in memory until the file is closed. The artifact was copied before that, "
        "so it is empty. `with` closes the file in time.",
    ),
    Bug(
        name="clients",
        title="Log a score",
        code="""\
import mlflow

client = mlflow.MlflowClient()
experiment = client.create_experiment("scores")
run = client.create_run(experiment)
mlflow.log_metric("auc", 0.8)
print(client.get_run(run.info.run_id).data.metrics)
""",
        point="mlflow.log_metric",
        mends=(('mlflow.log_metric("auc"', 'client.log_metric(run.info.run_id, "auc"'),),
        why="Two ways to MLflow were mixed. A run that a client makes is not open for `mlflow.log_metric`, "
        "which began another run for the score. The one that you look at stays empty.",
    ),
    Bug(
        name="nested",
        title="A search with a trial",
        code="""\
import mlflow

with mlflow.start_run() as search:
    with mlflow.start_run(**{"Nested": True}) as trial:
        mlflow.log_metric("auc", 0.8)
print("mlflow.parentRunId" in mlflow.get_run(trial.info.run_id).data.tags)
""",
        point="Nested",
        mends=(("Nested", "nested"),),
        why="Names of arguments are told apart by capitals. Optuna's `MLflowCallback` is quieter: of its "
        "`mlflow_kwargs` it looks for `nested` and passes over `Nested`.",
    ),
)
