"""The lesson on the gate as code to take home: save a model, send it something odd in a fresh process."""

import json
import re
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached

from core.automl import gate_program
from core.automl.gate import A_WORD, N_ROWS, NEW_WORD
from core.automl.packing import name_intake
from core.automl.service.careless import BARE, PATCHED
from core.automl.service.play import ABOUT, PROPOSAL, ROWS, open_registry, serve_proposal
from core.datasets.preparing_code import write_list, write_literal
from core.script import Script
from core.tracking.candidates import TableSpec
from core.tracking.session_code import QUIET

if TYPE_CHECKING:
    from core.automl.service.lab import ServiceSpec


def write_script(spec: "ServiceSpec") -> Script:
    """Return the program that saves the model of `spec` and tries this one delivery.

    AutoML's model comes as its file, with the source of its first step; the careless ones are trained here.
    Its last line is one JSON object whose names are those of `ServiceResult`.
    """
    parts = _gather(spec.table)
    is_ours = spec.model in ("pipeline", "strict")
    files = {"rows.csv": parts["rows"], "gate_program.py": parts["program"]}
    if is_ours:
        files |= {"model.skops": parts["model"], f"{name_intake()}.py": parts["intake"]}
    else:
        files["careless.py"] = (PATCHED if spec.model == "patched" else BARE).encode()
    code = _CODE.format(
        imports=_imports(is_ours, spec.model),
        quiet=QUIET,
        lists=parts["lists"],
        target=parts["target"],
        row=serve_proposal(spec.table).row,
        rest=N_ROWS - 1,
        model=_model(spec.model, parts["trusted"]),
        case=_CASES[spec.check],
        law=_LAWS.get(spec.check, 'outcome == "same"'),
    )
    needs = "pandas, scikit-learn, skops, pyarrow and MLflow"
    return Script("service", re.sub(r"\n{4,}", "\n\n\n", code), files, needs=needs)


@cached(LRUCache(maxsize=8), lock=Lock())
def _gather(table: TableSpec) -> dict[str, Any]:
    """Return the files of a table's search, and what the program must know of them."""
    folder = open_registry(table).folder
    proposal = folder / PROPOSAL
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    lists = [write_list(name.upper(), about[name]) for name in ("columns", "numbers", "words")]
    return {
        "rows": (folder / ROWS).read_bytes(),
        "model": (proposal / "model.skops").read_bytes(),
        "intake": (proposal / "code" / f"{name_intake()}.py").read_bytes(),
        "program": Path(str(gate_program.__file__)).read_bytes(),
        "lists": "\n".join(lists),
        "trusted": write_list("TRUSTED", about["trusted"]),
        "target": write_literal(about["target"]),
    }


def _imports(is_ours: bool, model: str) -> str:
    lines = ["import mlflow", "import numpy as np", "import pandas as pd", "import skops.io"]
    if model == "pipeline":
        lines += ["from mlflow.models import ModelSignature, infer_signature"]
        lines += ["from mlflow.types.schema import AnyType, ColSpec, Schema"]
    elif is_ours:
        lines += ["from mlflow.models import infer_signature"]
    else:
        lines += [
            "from sklearn.impute import SimpleImputer",
            "from sklearn.linear_model import LogisticRegression",
            "from sklearn.pipeline import make_pipeline",
            "from sklearn.preprocessing import StandardScaler",
        ]
    return "\n".join(lines)


def _model(model: str, trusted: str) -> str:
    if model in ("dummies", "patched"):
        return _CARELESS
    sign = "infer_signature(rows, model.predict_proba(rows.head(3)))"
    if model == "pipeline":
        sign = (
            "ModelSignature(\n    Schema([ColSpec(AnyType(), name) for name in COLUMNS]),\n"
            "    infer_signature(np.zeros(1), model.predict_proba(rows.head(3))).outputs,\n)"
        )
    return _OURS.format(trusted=trusted, intake=f"{name_intake()}.py", sign=sign)


_OURS = """# AutoML's proposed model, and the source of the first step of its pipeline.
{trusted}
sys.path.insert(0, str(HERE))
model = skops.io.load(HERE / "model.skops", trusted=TRUSTED)
signature = {sign}
mlflow.sklearn.save_model(
    model,
    str(SAVED),
    serialization_format="skops",
    skops_trusted_types=TRUSTED,
    pyfunc_predict_fn="predict_proba",
    signature=signature,
    code_paths=[str(HERE / "{intake}")],
    pip_requirements=["scikit-learn", "skops"],
)


def say(meant):
    \"\"\"What the model answers before it was saved.\"\"\"
    return model.predict_proba(meant)"""

_CARELESS = """model = make_pipeline(
    SimpleImputer(strategy="median"),
    StandardScaler(),
    LogisticRegression(max_iter=1000),
)
model.fit(pd.get_dummies(rows), target)
skops.io.dump(model, FOLDER / "model.skops")
mlflow.pyfunc.save_model(
    str(SAVED),
    python_model=str(HERE / "careless.py"),
    artifacts={"model": str(FOLDER / "model.skops")},
    pip_requirements=["scikit-learn", "skops"],
)


def say(meant):
    \"\"\"What the model means: the rows are prepared together with the whole table.\"\"\"
    both = pd.get_dummies(pd.concat([rows, meant], ignore_index=True))
    return model.predict_proba(both.tail(len(meant)))"""

_CASES = {
    "plain": "sent, meant, column = asked, asked, None",
    "order": "sent, meant, column = asked[asked.columns[::-1]], asked, None",
    "extra": 'sent, meant, column = asked.assign(**{"not of the model": 1}), asked, None',
    "alone": "sent, meant, column = asked.head(1), asked.head(1), None",
    "missing": "column = (NUMBERS + WORDS)[0]\nsent, meant = asked.drop(columns=column), asked",
    "whole": (
        "sent, meant, column = asked.copy(), asked.copy(), None\n"
        "for name in NUMBERS:\n"
        "    if asked[name].notna().all():\n"
        "        column = column or name\n"
        "        meant[name] = asked[name].astype(float).round()\n"
        '        is_whole = asked[name].dtype.kind == "i"\n'
        "        sent[name] = meant[name] if is_whole else meant[name].astype(int)"
    ),
    "text": (
        "sent, meant, column = asked.copy(), asked, NUMBERS[0]\n"
        "for name in NUMBERS:\n"
        "    cells = asked[name].astype(object)\n"
        "    sent[name] = cells.map(lambda cell: None if pd.isna(cell) else str(cell))"
    ),
    "word": (
        f"column = NUMBERS[0]\nsent, meant = asked.copy(), asked\nsent[column] = {A_WORD!r}"
    ).replace("'", '"'),
    "unseen": (
        f"column = WORDS[0]\nsent, meant = asked.copy(), None\nsent[column] = {NEW_WORD!r}"
    ).replace("'", '"'),
    "gap": (
        "sent, meant, column = asked.copy(), None, (NUMBERS + WORDS)[0]\n"
        "for name in NUMBERS[:1] + WORDS[:1]:\n"
        "    cells = asked[name].astype(object)\n"
        "    sent[name] = cells.where(asked.index != 0, None)"
    ),
}
_LAWS = {
    "missing": 'outcome == "refuses"',
    "word": 'outcome == "refuses"',
    "text": 'outcome in ("same", "refuses")',
    "unseen": 'outcome == "answers"',
    "gap": 'outcome == "answers"',
}

_CODE = '''"""Save a model, send it something odd in a fresh process, and see what comes back."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

{quiet}
{imports}

HERE = Path(__file__).resolve().parent
FOLDER = Path(tempfile.mkdtemp())
SAVED = FOLDER / "saved"
{lists}

rows = pd.read_csv(
    HERE / "rows.csv",
    dtype=dict.fromkeys(WORDS, object),
    keep_default_na=False,
    na_values=[""],
    float_precision="round_trip",
)
target = rows.pop({target}).to_numpy()
{model}


# Forty rows; the first is the one that a lost column changes most.
first = {row}
asked = pd.concat([rows.iloc[[first]], rows.drop(index=first).head({rest})])
asked = asked.reset_index(drop=True)
{case}

# The program beside this one loads the model in another process and asks it.
sent.to_parquet(FOLDER / "sent.parquet")
order = {{"models": {{"model": str(SAVED)}}, "cases": ["sent"]}}
(FOLDER / "order.json").write_text(json.dumps(order), encoding="utf-8")
subprocess.run(
    [sys.executable, "-I", str(HERE / "gate_program.py"), str(FOLDER)],
    cwd=FOLDER,
    check=True,
    stderr=subprocess.DEVNULL,
)
report = json.loads((FOLDER / "report.json").read_text(encoding="utf-8"))["model"]
reply = report["cases"]["sent"]
answers, words = reply["answers"], reply["words"]
right = None if meant is None else say(meant)
if answers is None:
    where = rf"(?:['\\"]|- |column ){{re.escape(column or '')}}(?!\\w)"
    named = column is not None and re.search(where, words)
    outcome = "refuses" if named else "unclear"
elif right is None:
    outcome = "answers"
else:
    outcome = "same" if np.allclose(answers, right, rtol=0, atol=1e-9) else "other"

result = {{
    "outcome": outcome,
    "is_passed": {law},
    "meant": None if right is None else float(right[0][-1]),
    "answer": None if answers is None else float(answers[0][-1]),
    "n_columns": len(COLUMNS),
    "n_dummies": pd.get_dummies(rows).shape[1],
    "n_dummies_alone": pd.get_dummies(rows.head(1)).shape[1],
}}
print(words)
for name, value in result.items():
    print(f"{{name:>16}}: {{value}}")
print(json.dumps(result))
'''
