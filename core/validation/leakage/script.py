"""The leakage lab as code to take home: the law of the rows, both versions, and all draws."""

from typing import TYPE_CHECKING

from core.script import Script
from core.validation.leakage.casebook import CASES
from core.validation.leakage.source import write_functions

if TYPE_CHECKING:
    from core.validation.leakage.lab import LeakageSpec


def write_script(spec: "LeakageSpec") -> Script:
    """Return the program that draws the rows and runs both versions on each draw.

    Its last line is one JSON object whose names are those of `LeakageResult`. The rows are drawn
    in the program (or come with scikit-learn), so there is no file beside it.
    """
    imports, functions = write_functions(spec.case)
    lines = {"import pandas as pd", "from scipy import stats", *imports}
    # Plain imports first, each kind by the name of its module.
    ordered = sorted(lines, key=lambda line: (line.startswith("from"), line))
    settings = f"N_ROWS, N_REPEATS, SEED = {spec.repeats.n_rows}, {spec.n_repeats}, {spec.seed}"
    blocks = (
        f'"""{CASES[spec.case].title}: the pipeline as found, and mended."""\n\nimport json\n\n'
        + "\n".join(ordered),
        functions,
        settings + "\n" + _RUN,
    )
    return Script("leakage", "\n\n".join(blocks[:1]) + "\n\n\n" + "\n\n\n".join(blocks[1:]) + "\n")


_RUN = """scores = []
for seed in range(SEED, SEED + N_REPEATS):
    table, later = draw(N_ROWS, seed)
    scores.append([*as_found(table, later, seed), *mended(table, later, seed)])
names = ["found_reported", "found_in_use", "mended_reported", "mended_in_use"]
scores = pd.DataFrame(scores, columns=names)

gaps = {
    "found_gap": scores["found_reported"] - scores["found_in_use"],
    "mended_gap": scores["mended_reported"] - scores["mended_in_use"],
    "fall": scores["found_reported"] - scores["mended_reported"],
    "harm": scores["mended_in_use"] - scores["found_in_use"],
}
result = scores.mean().to_dict()
for name, gap in gaps.items():
    half = stats.t.ppf(0.975, N_REPEATS - 1) * stats.sem(gap)
    result[name] = gap.mean()
    result[f"{name}_low"] = gap.mean() - half
    result[f"{name}_high"] = gap.mean() + half

for name, value in result.items():
    print(f"{name:>16}: {value:.3f}")
print(json.dumps({name: float(value) for name, value in result.items()}))"""
