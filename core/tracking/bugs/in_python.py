"""Mistakes that are those of Python, met while training and tracking."""

from core.tracking.bugs.bug import Bug

BUGS = (
    Bug(
        name="version",
        title="Write an environment file",
        code="""\
versions = {"python": 3.10, "pandas": "3.0.6"}
for name, version in versions.items():
    print("{}={}".format(name, version))
""",
        point='"python": 3.10',
        mends=(("3.10", '"3.10"'),),
        why="3.10 is a number, and as a number it is the same as 3.1. A version is a text: quote it.",
    ),
    Bug(
        name="exclude",
        title="Leave a column out",
        code="""\
columns = ["customer_id", "id", "tenure", "calls"]
exclude = "customer_id"
kept = [name for name in columns if name not in exclude]
print(kept)
""",
        point="exclude =",
        mends=(('"customer_id"\nkept', '["customer_id"]\nkept'),),
        why="`in` looks into a list for a member, but into a text for a piece. `id` is a piece of "
        "`customer_id`, so it was left out as well. Where a list is asked for, give a list.",
    ),
    Bug(
        name="index",
        title="Log the best kernel",
        code="""\
import mlflow
import numpy as np

kernels = ["linear", "rbf", "poly"]
errors = [0.31, 0.22, 0.27]
best = np.argmin(errors)
with mlflow.start_run() as run:
    mlflow.log_param("kernel", best)
print(mlflow.get_run(run.info.run_id).data.params)
""",
        point="best =",
        mends=(("np.argmin(errors)", "kernels[np.argmin(errors)]"),),
        why="argmin returns a place, not a value, so the param is a number that means nothing without the "
        "list. Hyperopt's `hp.choice` returns such places, too: there `space_eval` gives the values.",
    ),
    Bug(
        name="keyword",
        title="Find the knee of a curve",
        code="""\
From kneed import KneeLocator

errors = [9.0, 4.0, 3.5, 3.4, 3.3]
found = KneeLocator(range(5), errors, curve="convex", direction="decreasing")
print(found.knee)
""",
        point="From kneed",
        mends=(("From", "from"),),
        why="Python knows `from`, not `From`. A SyntaxError is found before the first line runs, so nothing "
        "at all has happened.",
    ),
    Bug(
        name="names",
        title="Average on the logarithm",
        code="""\
from math import log

prices = [100, 1000, 10000]
logs = [log(price) for price in prices]
print(round(np.exp(np.mean(logs))))
""",
        point="np.exp",
        mends=(("from math import log\n", "from math import log\n\nimport numpy as np\n"),),
        why="`np` was never imported. In the notebook it worked: another cell had imported it.",
    ),
    Bug(
        name="loader",
        title="Load a table",
        code="""\
import pandas as pd

rows, target = load_diabetes(return_X_y=True, as_frame=True)
table = pd.concat([rows, target], axis=1)
print(table.shape)
""",
        point="load_diabetes",
        mends=(
            (
                "import pandas as pd\n",
                "import pandas as pd\nfrom sklearn.datasets import load_diabetes\n",
            ),
        ),
        why="The function belongs to `sklearn.datasets`, and nobody imported it. (Some loaders, such as "
        "`fetch_california_housing`, also need the internet.)",
    ),
    Bug(
        name="split",
        title="Judge a tree",
        code="""\
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

X, y = load_iris(return_X_y=True)
tree = DecisionTreeClassifier(random_state=0).fit(X, y)
print(tree.score(X_test, y_test))
""",
        point="tree.score",
        mends=(
            ("load_iris\n", "load_iris\nfrom sklearn.model_selection import train_test_split\n"),
            ("fit(X, y)", "fit(X_train, y_train)"),
            (
                "y=True)\n",
                "y=True)\nX_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\n",
            ),
        ),
        why="The rows were never split, so there is no `X_test`. Worse than the error would be the repair "
        "`score(X, y)`: it would judge the tree on the rows that it has learned by heart.",
    ),
    Bug(
        name="members",
        title="Go through settings",
        code="""\
settings = {{"depth": 3}, {"depth": 5}}
for setting in settings:
    print(setting["depth"])
""",
        point="settings = {",
        mends=(('{{"depth": 3}, {"depth": 5}}', '[{"depth": 3}, {"depth": 5}]'),),
        why="Braces without colons make a set, and a dictionary cannot be a member of a set because it can "
        "change. A list takes anything.",
    ),
    Bug(
        name="bracket",
        title="Log two params",
        code="""\
import mlflow

with mlflow.start_run() as run:
    mlflow.log_params{"depth": 3, "trees": 100}
print(mlflow.get_run(run.info.run_id).data.params)
""",
        point="log_params",
        mends=(("log_params{", "log_params({"), ("100}", "100})")),
        why="A call needs round brackets. A SyntaxError is found before the first line runs: not even the "
        "run was started.",
    ),
    Bug(
        name="squared",
        title="Compute an RMSE",
        code="""\
from sklearn.metrics import mean_squared_error

truth, said = [3.0, 5.0, 4.0], [2.0, 5.0, 6.0]
print(round(mean_squared_error(truth, said, squared=False), 3))
""",
        point="squared=False",
        mends=(("mean_squared_error", "root_mean_squared_error"), (", squared=False", "")),
        why="Old programs ask for the root by `squared=False`. Scikit-learn has taken that setting away: the "
        "root has a function of its own.",
    ),
    Bug(
        name="unpickle",
        title="Load a model that a stranger sent",
        code="""\
import pickle
from pathlib import Path

sent = b"cbuiltins\\nopen\\n(Vtaken.txt\\nVw\\ntR."
model = pickle.loads(sent)
print("files here:", sorted(path.name for path in Path().glob("*.txt")))
""",
        point="pickle.loads",
        mends=(
            ("import pickle\n", ""),
            ("from pathlib import Path\n", "from pathlib import Path\n\nimport skops.io\n"),
            (
                "model = pickle.loads(sent)\n",
                (
                    "try:\n    model = skops.io.loads(sent)\nexcept Exception as error:\n"
                    '    print("not taken:", type(error).__name__)\n'
                ),
            ),
        ),
        why="A pickle is a program. This one made a file when it was loaded; it could have sent yours "
        "away. `skops` reads a format in which nothing runs, and did not take this file.",
    ),
)
