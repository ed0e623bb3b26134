"""The lesson on repeating as code to take home: the project's folder, and a program that runs it twice."""

from typing import TYPE_CHECKING

from core.script import Script

if TYPE_CHECKING:
    from core.tracking.reproduce.lab import ReproduceSpec


def write_script(spec: "ReproduceSpec") -> Script:
    """Return the program that trains then and now and compares, with both programs and tables beside it.

    Its last line is one JSON object whose names are those of `ReproduceResult`.
    """
    from core.tracking.reproduce.lab import write_files

    project, imports = "", ""
    if spec.as_project:
        imports = _IMPORTS
        project = _PROJECT
    code = _CODE.format(
        imports=imports,
        runs="\n".join(
            f'    ("{program}", "{table}", {seed}, "{hashed}"),'
            for program, table, seed, hashed in zip(
                spec.programs, spec.tables, spec.seeds, spec.hash_seeds, strict=True
            )
        ),
        project=project,
    )
    return Script(
        "reproduce",
        code,
        write_files(spec),
        needs="pandas, scikit-learn and, for the project, MLflow",
    )


_IMPORTS = """os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # before MLflow is imported
os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///mlflow.db"
import mlflow
import mlflow.projects

"""
_PROJECT = """
# The same folder as a project: MLproject says what can be set and how to start it.
program, data, seed, hash_seed = RUNS[1]
os.environ["PYTHONHASHSEED"] = hash_seed
here = str(Path(sys.executable).parent)  # the command in MLproject says "python"
os.environ["PATH"] = os.pathsep.join([here, os.environ["PATH"]])
given = {"data": data, "seed": seed}
submitted = mlflow.projects.run(".", parameters=given, env_manager="local")
logged = mlflow.get_run(submitted.run_id).data.metrics["roc_auc"]
result["is_project_finished"] = submitted.get_status() == "FINISHED"
result["project_score"] = logged
result["is_project_same"] = logged == now["score"]
"""
_CODE = '''"""Train twice, then and now, and see whether the result is the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

{imports}# Program, table, seed, and Python's own seed: then and now.
RUNS = [
{runs}
]


def train(number):
    """Run the program in a new process and return its score and its probabilities."""
    program, data, seed, hash_seed = RUNS[number]
    out = f"run_{{number}}.json"
    given = ["--data", data, "--seed", str(seed), "--out", out]
    quiet = {{"PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "ignore"}}
    command = [sys.executable, program, *given]
    subprocess.run(command, env=os.environ | quiet, check=True)
    return json.loads(Path(out).read_text())


then, now = train(0), train(1)
pairs = list(zip(then["said"], now["said"]))  # rows that came since have no pair
result = {{
    "score_then": then["score"],
    "score_now": now["score"],
    "is_same": all(before == after for before, after in pairs),
    "n_rows": len(pairs),
    "n_moved": sum(before != after for before, after in pairs),
    "n_differ": sum((before >= 0.5) != (after >= 0.5) for before, after in pairs),
    "largest_gap": max(abs(before - after) for before, after in pairs),
}}
{project}
for name, value in result.items():
    print(f"{{name:>20}}: {{value}}")
print(json.dumps(result))
'''
