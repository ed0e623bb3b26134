"""The profile as code to take home: pandas, scipy and one CSV file."""

import json
from math import isfinite
from typing import TYPE_CHECKING

from core.data.profile.pair import N_RESAMPLES
from core.data.profile.relations import N_SLICES
from core.data.profile.source import find_table
from core.data.profile.table import MOST_ROWS
from core.datasets import write_reading_code
from core.script import Script

if TYPE_CHECKING:
    from core.data.profile.lab import ProfileResult, ProfileSpec


def write_script(spec: "ProfileSpec") -> Script:
    """Return the program that profiles the table, the column and the pair of this view.

    Its last line is one JSON object whose names are those of `ProfileResult`; what is undefined is
    null.
    """
    from core.data.profile.lab import profile_table  # the lab imports this module

    result, dataset = profile_table(spec), find_table(spec.data)
    blocks = [
        f'"""What is in {dataset.csv_name}? One column, one pair, and one wrong row."""',
        "import json\n\nimport numpy as np\nimport pandas as pd" + _IMPORT * bool(result.x),
        _write_settings(result),
        write_reading_code(dataset).rstrip() + "\n" + _COUNTS,
    ]
    if isfinite(result.mean):
        blocks.append(_COLUMN)
        if result.n_fence is None or result.n_sigma is None:
            names = [n for n in ("n_fence", "n_sigma") if getattr(result, n) is None]
            blocks.append(
                "\n".join(f'result["{name}"] = None  # {result.rule_note}' for name in names)
            )
    if result.x is not None:
        blocks += _write_pair(result)
    return Script(
        "profile",
        "\n\n".join([*blocks, _PRINT]) + "\n",
        {dataset.csv_name: dataset.csv_bytes()},
        needs="pandas and scipy",
    )


def _write_settings(result: "ProfileResult") -> str:
    lines = [f"COLUMN = {json.dumps(result.column)}"]
    if result.x is not None:
        lines.append(f"X, Y = {json.dumps(result.x)}, {json.dumps(result.y)}")
        lines.append(f"SEED = {result.spec.seed}")
    return "\n".join(lines)


def _write_pair(result: "ProfileResult") -> list[str]:
    rows = "rows = table"
    if result.n_used < result.n_rows:
        rows = (
            "rng = np.random.default_rng(SEED)\n"
            f"sample = rng.choice(len(table), {MOST_ROWS}, replace=False)\n"
            "rows = table.iloc[np.sort(sample)]"
        )
    blocks = [_FUNCTIONS.format(n_slices=N_SLICES), _PAIR.format(rows=rows, n=N_RESAMPLES)]
    if result.n_points:
        blocks.append(_DRAG.format(n_points=result.spec.n_points, value=result.value))
    return blocks


_IMPORT = "\nfrom scipy import stats"

_COUNTS = """\
result = {
    "n_rows": len(table),
    "n_columns": table.shape[1],
    "n_missing": table.isna().sum().sum(),
    "n_copies": table.duplicated().sum(),
    "column_missing": table[COLUMN].isna().sum(),
    "column_distinct": table[COLUMN].nunique(),
}"""

_COLUMN = """\
# One column: describe() has mean and quartiles; 50% is the median.
values = table[COLUMN].dropna()
about = values.describe()
print(about)
q1, q3 = about["25%"], about["75%"]
fences = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
sigmas = about["mean"] - 3 * about["std"], about["mean"] + 3 * about["std"]
result |= {
    "mean": about["mean"],
    "sd": about["std"],
    "low": about["min"],
    "q1": q1,
    "median": about["50%"],
    "q3": q3,
    "high": about["max"],
    "skew": values.skew(),
    "fence_low": fences[0],
    "fence_high": fences[1],
    "sigma_low": sigmas[0],
    "sigma_high": sigmas[1],
    "n_fence": (~values.between(*fences)).sum(),
    "n_sigma": (~values.between(*sigmas)).sum(),
}"""

_FUNCTIONS = '''
def cut(values):
    """Equally full slices; few different values are a slice each."""
    if values.nunique() <= {n_slices}:
        return values
    return pd.qcut(values, {n_slices}, labels=False, duplicates="drop")


def shape(values, slices):
    """Root of the share of rank variance between slices, less what chance yields."""
    groups = [values[slices == which] for which in np.unique(slices)]
    n, k = len(values), len(groups)
    if k < 2 or len(np.unique(values)) < 2:
        return np.nan
    left = 1 - stats.kruskal(*groups).statistic / (n - 1)
    return np.sqrt(max(1 - left * (n - 1) / (n - k), 0))


def within(values):
    q1, q3 = np.quantile(values, [0.25, 0.75])
    reach = np.inf if q1 == q3 else 1.5 * (q3 - q1)
    return (values >= q1 - reach) & (values <= q3 + reach)


def pearson(x, y, axis=0):
    return stats.pearsonr(x, y, axis=axis).statistic


def spearman(x, y, axis=0):
    ranks = [stats.rankdata(values, axis=axis) for values in (x, y)]
    return pearson(*ranks, axis=axis)
'''

_PAIR = """\
# One pair: a straight line, anything that rises or falls, any shape.
{rows}
pair = rows[[X, Y]].assign(in_x=cut(rows[X]), in_y=cut(rows[Y])).dropna()
x, y = pair[X].to_numpy(dtype=float), pair[Y].to_numpy(dtype=float)
inside = within(x) & within(y)
result |= {{
    "n_pair": len(pair),
    "pearson": pearson(x, y),
    "spearman": spearman(x, y),
    "shape": np.nanmax([shape(y, pair["in_x"]), shape(x, pair["in_y"])]),
    "inside": pearson(x[inside], y[inside]),
    "covariance": np.cov(x, y)[0, 1],
    "sd_x": x.std(ddof=1),
    "sd_y": y.std(ddof=1),
}}
for name, statistic in {{"pearson": pearson, "spearman": spearman}}.items():
    interval = stats.bootstrap(
        (x, y),
        statistic,
        paired=True,
        vectorized=True,
        n_resamples={n},
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    result[f"{{name}}_low"], result[f"{{name}}_high"] = interval"""

_DRAG = """\
# One wrong row: the point that does most harm when it rises.
order = np.random.default_rng(SEED).permutation(np.flatnonzero(inside))
x, y = x[order[:{n_points}]], y[order[:{n_points}]]
dragged = x.argmin() if spearman(x, y) >= 0 else x.argmax()
result |= {{"n_points": len(x), "observed": y[dragged]}}
result |= {{"pearson_before": pearson(x, y), "spearman_before": spearman(x, y)}}
y[dragged] = {value!r}
result |= {{"value": y[dragged]}}
result |= {{"pearson_here": pearson(x, y), "spearman_here": spearman(x, y)}}"""

_PRINT = """\
result = {
    name: None if value is None or np.isnan(value) else float(value)
    for name, value in result.items()
}
for name, value in result.items():
    print(f"{name:>16}: {value}")
print(json.dumps(result))"""
