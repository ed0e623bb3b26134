"""Mistakes with models: addresses, signatures, names, and what is packed into the file."""

from core.tracking.bugs.bug import Bug

HEAD = """\
import mlflow
from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0.0], [1.0], [2.0]], [0, 0, 1])
"""
LOGGED = (
    HEAD
    + """\
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"])
"""
)
REGISTERED = (
    HEAD
    + """\
kept = mlflow.sklearn.log_model(model, name="m", pip_requirements=["scikit-learn"])
mlflow.register_model(kept.model_uri, "tumours")
"""
)

BUGS = (
    Bug(
        name="letter",
        title="Load the model of a run",
        code=LOGGED
        + """\
loaded = mlflow.sklearn.load_model("runs:/{run.info.run_id}/model")
print(loaded.predict([[2.0]]))
""",
        point="load_model(",
        mends=(('load_model("', 'load_model(f"'),),
        why="Without the `f` in front, nothing is put into the braces: MLflow looks for a run that is really "
        "called `{run.info.run_id}`.",
    ),
    Bug(
        name="scheme",
        title="Load a model by its address",
        code=LOGGED
        + """\
loaded = mlflow.sklearn.load_model(f"run:/{run.info.run_id}/model")
print(loaded.predict([[2.0]]))
""",
        point="load_model(",
        mends=(("run:/", "runs:/"),),
        why="The address begins with `runs:/`, also for one run. MLflow takes `run:` for a kind of storage "
        "that it does not know.",
    ),
    Bug(
        name="slash",
        title="Load a model by the number of its run",
        code=LOGGED
        + """\
loaded = mlflow.sklearn.load_model(f"runs:{run.info.run_id}/model")
print(loaded.predict([[2.0]]))
""",
        point="load_model(",
        mends=(("runs:", "runs:/"),),
        why="The slash after `runs:` belongs to the address. The message says so in full.",
    ),
    Bug(
        name="version-missing",
        title="Load a registered model",
        code=REGISTERED
        + """\
loaded = mlflow.sklearn.load_model("models:/tumours")
print(loaded.predict([[2.0]]))
""",
        point="models:/",
        mends=(("models:/tumours", "models:/tumours/1"),),
        why="A name has versions, so an address must say which: `models:/tumours/1`, or an alias, "
        "`models:/tumours@champion`. A single word after `models:/` is read as the id of a model.",
    ),
    Bug(
        name="description",
        title="Describe a version",
        code=REGISTERED
        + """\
mlflow.update_model_version("tumours", 1, "a first try")
print(mlflow.MlflowClient().get_model_version("tumours", "1").description)
""",
        point="update_model_version",
        mends=(("mlflow.update", "mlflow.MlflowClient().update"),),
        why="What changes the registry belongs to the client; `mlflow` itself has no such function.",
    ),
    Bug(
        name="signature",
        title="Write a signature by hand",
        code="""\
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema

rows = Schema([ColSpec("double", "age")])
said = Schema([ColSpec("long")])
signature = ModelSignature(input=rows, output=said)
print(signature.inputs.input_names())
""",
        point="ModelSignature(",
        mends=(("input=rows, output=said", "inputs=rows, outputs=said"),),
        why="The arguments are called `inputs` and `outputs`. `infer_signature(rows, predictions)` writes a "
        "signature without a name to remember.",
    ),
    Bug(
        name="dot",
        title="Log a second version",
        code=HEAD
        + """\
with mlflow.start_run():
    kept = mlflow.sklearn.log_model(model, name="model.v2", pip_requirements=[])
print(kept.name)
""",
        point="model.v2",
        mends=(("model.v2", "model_v2"),),
        why="A model's name becomes part of an address, so dots, slashes and colons are not allowed in it. "
        "And a version is better kept by the registry than in a name.",
    ),
    Bug(
        name="packed",
        title="A model with a lookup table",
        code="""\
import mlflow
from pathlib import Path

Path("prices.txt").write_text("9 " * 200000)


class Priced(mlflow.pyfunc.PythonModel):
    def __init__(self):
        self.prices = Path("prices.txt").read_text().split()

    def predict(self, model_input):
        return [self.prices[0]] * len(model_input)


with mlflow.start_run():
    kept = mlflow.pyfunc.log_model(
        name="priced", python_model=Priced(), pip_requirements=[]
    )
folder = Path(mlflow.artifacts.download_artifacts(kept.model_uri))
print((folder / "python_model.pkl").stat().st_size // 1000, "kB in the pickle")
""",
        point="def __init__",
        mends=(
            (
                'def __init__(self):\n        self.prices = Path("prices.txt")',
                'def load_context(self, context):\n        self.prices = Path(context.artifacts["prices"])',
            ),
            (
                "python_model=Priced(), pip_requirements=[]\n",
                'python_model=Priced(),\n        artifacts={"prices": "prices.txt"}, pip_requirements=[]\n',
            ),
        ),
        why="What `__init__` loads becomes part of the object and is pickled with it. `load_context` runs "
        "when the model is loaded, and reads the file that lies beside it as an artifact.",
    ),
)
