"""The cluster lab as code to take home: scikit-learn, kneed and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, write_reading_code
from core.datasets.preparing_code import write_literal
from core.metrics.clusters.again import N_REFERENCES, REFERENCE_STARTS
from core.metrics.clusters.fits import K_MAX, N_STARTS
from core.metrics.clusters.rows import CLOUD, MAX_ROWS, find_table, name_truth
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.clusters.lab import ClustersSpec

LINE = 88
"""Longest line of a script: what formatters allow when nothing else is said."""


def write_script(spec: "ClustersSpec") -> Script:
    """Return the program that clusters the table for every k and prints the numbers of this view.

    Its last line is one JSON object whose names are those of `ClustersResult`; what is undefined
    is null. The repetitions on half samples are left out: they take most of the time.
    """
    dataset = find_table(spec.data)
    blocks = (
        f'"""How many clusters? Needs {dataset.csv_name} beside it."""',
        _write_imports(spec),
        _write_settings(spec),
        write_reading_code(dataset).rstrip(),
        _write_rows(dataset, spec),
        _FITS.format(n_starts=N_STARTS),
        _GAP.format(n_references=N_REFERENCES, n_starts=REFERENCE_STARTS),
        _write_result(dataset),
        _PRINT,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script(
        "clusters",
        code,
        {dataset.csv_name: dataset.csv_bytes()},
        needs="pandas, scikit-learn and kneed",
    )


def _write_imports(spec: "ClustersSpec") -> str:
    scaler = "\nfrom sklearn.preprocessing import StandardScaler" if spec.is_scaled else ""
    return (
        "import json\n\n"
        "import numpy as np\n"
        "import pandas as pd\n"
        "from kneed import KneeLocator\n"
        "from sklearn import metrics\n"
        "from sklearn.cluster import KMeans\n"
        f"from sklearn.decomposition import PCA{scaler}"
    )


def _write_settings(spec: "ClustersSpec") -> str:
    return (
        f"K = {spec.k}\nKS = range(1, {K_MAX + 1})\nSEED = {spec.seed}\n"
        f"SENSITIVITY = {spec.sensitivity}  # how clear a knee must be"
    )


def _write_rows(dataset: Dataset, spec: "ClustersSpec") -> str:
    names = list(dataset.numeric_features)
    lines = [_list("columns", names), "table = table.dropna(subset=columns)"]
    if dataset.n_rows > MAX_ROWS:
        lines += [
            f"if len(table) > {MAX_ROWS}:",
            "    rng = np.random.default_rng(SEED)",
            f"    sample = rng.choice(len(table), {MAX_ROWS}, replace=False)",
            "    table = table.iloc[np.sort(sample)]",
        ]
    lines.append("rows = table[columns].to_numpy(dtype=float)")
    if spec.is_scaled:
        lines.append("rows = StandardScaler().fit_transform(rows)")
    return "\n".join(lines)


def _write_result(dataset: Dataset) -> str:
    truth = name_truth(dataset)
    if dataset.name == CLOUD.name:
        known = "known = np.zeros(len(rows))  # one even cloud"
    else:
        known = f"known = table[{write_literal(truth)}]" if truth else ""
    ari = "metrics.adjusted_rand_score(known, labels)" if known else "np.nan"
    true_k = "len(np.unique(known))" if known else "np.nan"
    return (f"{known}\n" if known else "") + _RESULT.format(ari=ari, true_k=true_k)


def _list(name: str, values: list[str]) -> str:
    items = [write_literal(value) for value in values]
    one_line = f"{name} = [{', '.join(items)}]"
    if len(one_line) <= LINE:
        return one_line
    return f"{name} = [\n" + "".join(f"    {item},\n" for item in items) + "]"


_FITS = """\
models = [KMeans(k, n_init={n_starts}, random_state=SEED).fit(rows) for k in KS]
inertias = [model.inertia_ for model in models]
judged = pd.DataFrame(
    {{
        model.n_clusters: {{
            "silhouette": metrics.silhouette_score(rows, model.labels_),
            "davies_bouldin": metrics.davies_bouldin_score(rows, model.labels_),
            "calinski_harabasz": metrics.calinski_harabasz_score(rows, model.labels_),
        }}
        for model in models[1:]  # all three need two clusters
    }}
).T
knee = KneeLocator(
    KS, inertias, S=SENSITIVITY, curve="convex", direction="decreasing"
).knee"""

_GAP = """\
# The gap statistic: the same on tables without clusters, drawn evenly over the
# box along the principal components (Tibshirani, Walther and Hastie 2001).
turned = PCA().fit_transform(rows)
low, high = turned.min(axis=0), turned.max(axis=0)
rng = np.random.default_rng(SEED)
logs = []
for _ in range({n_references}):
    even = rng.uniform(low, high, turned.shape)
    fits = [KMeans(k, n_init={n_starts}, random_state=SEED).fit(even) for k in KS]
    logs.append([np.log(fit.inertia_) for fit in fits])
gap = np.mean(logs, axis=0) - np.log(inertias)
error = np.std(logs, axis=0) * np.sqrt(1 + 1 / {n_references})
enough = gap[:-1] >= gap[1:] - error[1:]"""

_RESULT = """\
labels = models[K - 1].labels_
result = {{
    "n_rows": len(rows),
    "true_k": {true_k},
    "k": K,
    "inertia": inertias[K - 1],
    "total_squares": inertias[0],
    "share_left": inertias[K - 1] / inertias[0],
    "silhouette": np.nan,
    "n_misplaced": 0,
    "davies_bouldin": np.nan,
    "calinski_harabasz": np.nan,
    "ari": {ari},
    "knee_k": np.nan if knee is None else knee,
    "silhouette_k": judged["silhouette"].idxmax(),
    "davies_bouldin_k": judged["davies_bouldin"].idxmin(),
    "calinski_harabasz_k": judged["calinski_harabasz"].idxmax(),
    "gap_k": np.argmax(enough) + 1 if enough.any() else np.nan,
    "lowest_inertia_k": np.argmin(inertias) + 1,
}}
if K > 1:
    result |= judged.loc[K].to_dict()
    misplaced = metrics.silhouette_samples(rows, labels) < 0
    result["n_misplaced"] = misplaced.sum()"""

_PRINT = """for name, value in result.items():
    print(f"{name:>20}: {value:.6g}")
result = {name: None if np.isnan(v) else float(v) for name, v in result.items()}
print(json.dumps(result))"""
