"""The decomposition as code to take home: NumPy and scikit-learn, no data but the law of the truth."""

from typing import TYPE_CHECKING

from core.bias_variance.decomposition.mistakes import MistakesSpec
from core.bias_variance.families import RIDGE_DEGREE, FamilyName, find_family
from core.bias_variance.measure import N_PLACES
from core.script import Script

if TYPE_CHECKING:
    from core.bias_variance.decomposition.lab import DecompositionSpec

TRUTHS = {
    "line": "2 * x - 1",
    "parabola": "8 * (x - 0.5) ** 2 - 1",
    "sine": "np.sin(2 * np.pi * x)",
    "ripples": "np.sin(6 * np.pi * x)",
    "step": "np.where(x < 0.5, -1.0, 1.0)",
    "bump": "2 * np.exp(-(((x - 0.5) / 0.1) ** 2)) - 1",
}
_PIPELINE = (
    "sklearn.pipeline import make_pipeline",
    "sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler",
)
_HELD_BACK = f"""make_pipeline(
        MinMaxScaler((-1, 1)),
        PolynomialFeatures({RIDGE_DEGREE}, include_bias=False),
        StandardScaler(),
        MODEL,
    )"""
MODEL_CODE: dict[FamilyName, tuple[tuple[str, ...], str]] = {
    # what is imported, how the model is built
    "polynomial": (
        (
            "sklearn.linear_model import LinearRegression",
            "sklearn.pipeline import make_pipeline",
            "sklearn.preprocessing import MinMaxScaler, PolynomialFeatures",
        ),
        """make_pipeline(
        MinMaxScaler((-1, 1)), PolynomialFeatures(SETTING), LinearRegression()
    )""",
    ),
    "ridge": (
        ("sklearn.linear_model import Ridge", *_PIPELINE),
        _HELD_BACK.replace("MODEL", "Ridge(alpha=SETTING)"),
    ),
    "lasso": (
        ("sklearn.linear_model import Lasso", *_PIPELINE),
        _HELD_BACK.replace("MODEL", "Lasso(alpha=SETTING, max_iter=100_000, tol=1e-3)"),
    ),
    "neighbours": (
        ("sklearn.neighbors import KNeighborsRegressor",),
        "KNeighborsRegressor(SETTING)",
    ),
    "tree": (
        ("sklearn.tree import DecisionTreeRegressor",),
        "DecisionTreeRegressor(max_depth=SETTING, random_state=seed)",
    ),
    "forest": (
        ("sklearn.ensemble import RandomForestRegressor",),
        "RandomForestRegressor(n_estimators=25, max_depth=SETTING, random_state=seed)",
    ),
    "boosting": (
        ("sklearn.ensemble import GradientBoostingRegressor",),
        """GradientBoostingRegressor(
        n_estimators=SETTING, learning_rate=0.3, max_depth=2, random_state=seed
    )""",
    ),
    "svm": (("sklearn.svm import SVR",), "SVR(C=SETTING, gamma=20.0, epsilon=0.05)"),
}
WHOLE = {"polynomial", "neighbours", "tree", "forest", "boosting"}
"""Families whose knob counts something."""


def write_script(spec: "DecompositionSpec") -> Script:
    """Return the program that draws the same samples and takes this model's error apart.

    Its last line is one JSON object whose names are those of `DecompositionResult`.
    """
    from core.bias_variance.decomposition.lab import decompose_error  # that module imports this one

    setting = decompose_error(spec).setting
    imports, building = MODEL_CODE[spec.family]
    world = MistakesSpec().world
    value = int(setting) if spec.family in WHOLE else setting
    samples = spec.samples
    code = _CODE.format(
        imports=_write_imports(imports),
        knob=find_family(spec.family).knob,
        setting=value,
        noise=spec.noise,
        n_rows=spec.n_rows,
        n_samples=samples.n_samples,
        seed=spec.seed,
        truth=TRUTHS[spec.truth],
        building=building,
        n_places=N_PLACES,
        n_stumps=world.n_samples,
        n_labelled=world.n_rows,
        n_judged=world.n_places,
        wrong=world.noise,
        world_seed=world.seed,
    )
    return Script("bias_variance", code, needs="NumPy and scikit-learn")


def _write_imports(lines: tuple[str, ...]) -> str:
    other = tuple(line for line in lines if not line.startswith("sklearn.tree"))
    trees = "DecisionTreeClassifier" + (", DecisionTreeRegressor" if other != lines else "")
    return "\n".join(f"from {line}" for line in (*other, f"sklearn.tree import {trees}"))


_CODE = '''"""How much of a model's error is bias, how much variance, how much noise."""

import json

import numpy as np
{imports}

SETTING = {setting!r}  # {knob}
NOISE = {noise!r}  # standard deviation
N_ROWS = {n_rows}
N_SAMPLES = {n_samples}
SEED = {seed}


def truth(x):
    return {truth}


def build(seed):
    return {building}


def draw_samples(rng):
    """Measure the truth at the same places, with fresh noise in each sample."""
    return truth(x) + NOISE * rng.standard_normal((N_SAMPLES, N_ROWS))


def predict(samples):
    """Return what the model of each sample says elsewhere, and at its own rows."""
    said, fitted = [], []
    for number, y in enumerate(samples):
        model = build(SEED + number).fit(x[:, None], y)
        said.append(model.predict(places[:, None]))
        fitted.append(model.predict(x[:, None]))
    return np.array(said), np.array(fitted)


x = np.linspace(0, 1, N_ROWS)
places = (np.arange({n_places}) + 0.5) / {n_places}
samples = draw_samples(np.random.default_rng([SEED, 0]))
said, fitted = predict(samples)

# The spread of the fits at each place, and how far their mean is from the truth. The
# mean of finitely many fits still carries a little of their spread: it is taken out.
variance = said.var(axis=0, ddof=1).mean()
bias2 = ((said.mean(axis=0) - truth(places)) ** 2).mean() - variance / N_SAMPLES


# Right or wrong instead of near or far: stumps learn two classes, above and below a
# diagonal, with {wrong:.0%} of the labels turned over. The main prediction of a row is what
# most stumps say (Domingos 2000).
def know(rows):
    return (rows.sum(axis=1) > 0).astype(int)


rng = np.random.default_rng([{world_seed}, 0])
judged = np.random.default_rng([{world_seed}, 2]).standard_normal(({n_judged}, 2))
right, votes = know(judged), []
for number in range({n_stumps}):
    rows = rng.standard_normal(({n_labelled}, 2))
    is_wrong = rng.random({n_labelled}) < {wrong}
    labels = np.where(is_wrong, 1 - know(rows), know(rows))
    stump = DecisionTreeClassifier(max_depth=1, random_state={world_seed} + number)
    votes.append(stump.fit(rows, labels).predict(judged))
votes = np.array(votes)
main = (votes.mean(axis=0) > 0.5).astype(int)
missed = (votes != right).mean()
print(
    json.dumps(
        {{
            "setting": SETTING,
            "bias2": float(bias2),
            "variance": float(variance),
            "noise": NOISE**2,
            "total": float(bias2 + variance + NOISE**2),
            "train_error": float(((fitted - samples) ** 2).mean()),
            "stump_bias": float((main != right).mean()),
            "stump_harmed": float(((votes != main) & (main == right)).mean()),
            "stump_helped": float(((votes == right) & (main != right)).mean()),
            "stump_mistakes": float({wrong} * (1 - missed) + (1 - {wrong}) * missed),
        }}
    )
)
'''
