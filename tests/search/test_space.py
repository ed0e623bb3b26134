"""One space for three tools: every rendering is run, and the same values come out."""

import math

import numpy as np
import optuna
import pytest
from sklearn.model_selection import ParameterGrid, ParameterSampler

from core.errors import SpecError
from core.search import grids, hyperopt_code, suggest
from core.search.models import CARDS, MODELS, space_of
from core.search.space import Parameter, branches_of, fits_space, require_space

C = Parameter(name="C", low=0.01, high=100.0, log=True)
DEPTH = Parameter(name="max_depth", kind="int", low=2, high=5)
LEAF = Parameter(name="leaf", kind="int", low=1, high=16, log=True)
EVEN = Parameter(name="rounds", kind="int", low=50, high=205, step=50)
SHARE = Parameter(name="share", low=0.1, high=0.5, step=0.1)
WIDTH = Parameter(name="width", low=-1.0, high=3.0)
WEIGHTS = Parameter(name="weights", kind="choice", choices=(None, "balanced", True, 2, 0.5))
PLAIN = (C, DEPTH, LEAF, EVEN, SHARE, WIDTH, WEIGHTS)
KERNEL = Parameter(name="kernel", kind="choice", choices=("linear", "rbf", "poly"))
GAMMA = Parameter(
    name="gamma", low=1e-3, high=1.0, log=True, only_if="kernel", only_values=("rbf", "poly")
)
DEGREE = Parameter(
    name="degree", kind="int", low=2, high=4, only_if="kernel", only_values=("poly",)
)
KERNELS = (KERNEL, C, GAMMA, DEGREE)
SPACES = {"plain": PLAIN, "conditional": KERNELS}
N_DRAWS = 400


def draw_with_scikit(space):
    return list(ParameterSampler(grids.distributions_of(space), N_DRAWS, random_state=0))


def draw_with_written_distributions(space):
    names = {}
    exec("\n".join(grids.DISTRIBUTION_IMPORTS), names)
    drawn = eval(grids.write_distributions(space), names)
    return list(ParameterSampler(drawn, N_DRAWS, random_state=0))


def draw_with_optuna(space):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [suggest.suggest(study.ask(), space) for _ in range(N_DRAWS)]


def draw_with_written_optuna(space):
    names = {}
    exec(f"def ask(trial):\n{suggest.write_suggest(space)}\n    return params", names)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return [names["ask"](study.ask()) for _ in range(N_DRAWS)]


def draw_with_hyperopt(space):
    hyperopt = pytest.importorskip("hyperopt")
    names = {}
    exec("\n".join(hyperopt_code.HYPEROPT_IMPORTS), names)
    names["space"] = eval(hyperopt_code.write_hyperopt(space), names)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(N_DRAWS):
        params = hyperopt.pyll.stochastic.sample(names["space"], rng)
        drawn.append(dict(params))
    return drawn


DRAWS = {
    "scikit-learn": draw_with_scikit,
    "scikit-learn as written": draw_with_written_distributions,
    "Optuna": draw_with_optuna,
    "Optuna as written": draw_with_written_optuna,
    "Hyperopt as written": draw_with_hyperopt,
}


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::optuna.exceptions.ExperimentalWarning"
)
@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("tool", DRAWS)
def test_every_tool_draws_from_the_same_space(tool, space):
    drawn = DRAWS[tool](SPACES[space])
    assert all(fits_space(SPACES[space], params) for params in drawn)
    for parameter in SPACES[space]:
        values = [params[parameter.name] for params in drawn if parameter.name in params]
        if parameter.kind == "int":
            assert {int(value) for value in values} == {int(v) for v in parameter.values}
            assert all(value == int(value) for value in values)
        elif parameter.values is not None:
            is_number = parameter.kind == "float"
            seen = {repr(parameter.number(v) if is_number else v) for v in values}
            assert len(seen) == len(parameter.values)
        else:
            low, high = min(values), max(values)
            at = math.log if parameter.log else float
            reach = at(parameter.high) - at(parameter.low)
            assert at(low) - at(parameter.low) < 0.08 * reach
            assert at(parameter.high) - at(high) < 0.08 * reach
            middle = (at(parameter.high) + at(parameter.low)) / 2
            below = np.mean([at(value) < middle for value in values])
            assert 0.4 < below < 0.6


@pytest.mark.parametrize("space", SPACES)
def test_what_is_written_for_optuna_asks_what_is_run(space):
    assert draw_with_written_optuna(SPACES[space]) == draw_with_optuna(SPACES[space])


@pytest.mark.parametrize("space", SPACES)
def test_what_is_written_for_scikit_learn_is_what_is_run(space):
    assert draw_with_written_distributions(SPACES[space]) == draw_with_scikit(SPACES[space])
    assert eval(grids.write_grid(SPACES[space], 3)) == grids.grid_of(SPACES[space], 3)


@pytest.mark.parametrize("space", SPACES)
def test_a_grid_lies_in_the_space_and_is_counted_as_scikit_learn_counts(space):
    grid = grids.grid_of(SPACES[space], 3)
    settings = list(ParameterGrid(grid))
    assert grids.count_settings(grid) == len(settings)
    assert all(fits_space(SPACES[space], params) for params in settings)


def test_a_log_grid_stands_by_equal_factors():
    assert grids.levels_of(C, 5) == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert grids.levels_of(DEPTH, 9) == [2, 3, 4, 5]
    assert grids.levels_of(EVEN, 2) == [50, 200]
    assert grids.levels_of(SHARE, 3) == [0.1, 0.3, 0.5]


def test_a_grid_within_a_budget_is_the_finest_that_fits():
    space = (C, WIDTH)
    assert grids.count_settings(grids.grid_within(space, 25)) == 25
    assert grids.count_settings(grids.grid_within(space, 35)) == 25
    with pytest.raises(SpecError, match="make 4 settings, and the budget is 3 trials"):
        grids.grid_within(space, 3)


def test_the_upper_end_of_randint_is_exclusive_so_one_is_added():
    drawn = grids.distribution_of(DEPTH)
    assert (drawn.support()) == (2, 5)
    assert "randint(2, 6)" in grids.write_distributions((DEPTH,))


def test_log_integers_are_drawn_by_the_same_law_as_optunas():
    numbers = np.arange(1, 17)
    law = grids.distribution_of(LEAF)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    drawn = [suggest.suggest(study.ask(), (LEAF,))["leaf"] for _ in range(2000)]
    shares = np.array([np.mean(np.array(drawn) == number) for number in numbers])
    assert np.abs(shares - law.pmf(numbers)).max() < 0.03


def test_a_choice_of_hyperopt_comes_back_as_an_index_until_space_eval():
    hyperopt = pytest.importorskip("hyperopt")
    names = {}
    exec("\n".join(hyperopt_code.HYPEROPT_IMPORTS), names)
    space = eval(hyperopt_code.write_hyperopt((KERNEL, DEPTH)), names)
    tried = []

    def objective(params):
        tried.append(params)
        score = float(params["kernel"] == "poly")
        return eval(
            hyperopt_code.write_objective().removeprefix("return "), {**names, "score": score}
        )

    best = hyperopt.fmin(
        objective,
        space,
        algo=hyperopt.tpe.suggest,
        max_evals=25,
        rstate=np.random.default_rng(0),
        show_progressbar=False,
    )
    assert best["kernel"] == 2
    assert hyperopt.space_eval(space, best)["kernel"] == "poly"
    assert isinstance(best["max_depth"], float)
    assert isinstance(hyperopt.space_eval(space, best)["max_depth"], int)


def test_the_bounds_of_loguniform_are_logarithms():
    hyperopt = pytest.importorskip("hyperopt")
    rng = np.random.default_rng(0)
    raw = hyperopt.hp.loguniform("x", -5, 0)
    drawn = [hyperopt.pyll.stochastic.sample(raw, rng) for _ in range(300)]
    assert math.exp(-5) <= min(drawn) < 0.01
    assert 0.9 < max(drawn) <= 1
    assert "math.log(0.01), math.log(100.0)" in hyperopt_code.write_hyperopt((C,))


def test_branches_name_each_parameter_that_exists():
    found = [(settled, [p.name for p in rest]) for settled, rest in branches_of(KERNELS)]
    assert found == [
        ({"kernel": "linear"}, ["C"]),
        ({"kernel": "rbf"}, ["C", "gamma"]),
        ({"kernel": "poly"}, ["C", "gamma", "degree"]),
    ]


@pytest.mark.parametrize("task", ["binary", "regression"])
@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_lawful_space(model, task):
    require_space(space_of(model, task))
    assert CARDS[model].title


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": "C", "low": 0.0, "log": True}, "must begin above 0, got 0"),
        ({"name": "C", "low": 2.0, "high": 1.0}, "Swap them"),
        ({"name": "C", "step": -1.0}, "step of more than 0"),
        ({"name": "C", "log": True, "low": 0.1, "step": 0.1}, "factors have no steps"),
        ({"name": "n", "kind": "int", "low": 0.5}, "counts in whole numbers"),
        ({"name": "w", "kind": "choice"}, "at least 1 choice"),
        ({"name": "w", "kind": "choice", "choices": ("a", "a")}, "a choice twice"),
        ({"name": "w", "kind": "choice", "choices": ("a",), "log": True}, "Leave both out"),
        ({"name": "w", "choices": ("a",)}, "give low and high, not choices"),
        ({"name": "", "low": 0.0}, "needs a name"),
        ({"name": "C", "kind": "real"}, "one of float, int, choice"),
        ({"name": "C", "only_if": "kernel"}, "name both or neither"),
    ],
)
def test_an_unlawful_parameter_is_explained(settings, message):
    with pytest.raises(SpecError, match=message):
        Parameter(**settings)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ((), "at least 1 parameter"),
        ((C, C), "there twice"),
        ((GAMMA, KERNEL), "must be a choice before it"),
        (
            (KERNEL, Parameter(name="x", only_if="kernel", only_values=("rbg",))),
            "being rbg, which is none of its choices",
        ),
    ],
)
def test_an_unlawful_space_is_explained(space, message):
    with pytest.raises(SpecError, match=message):
        require_space(space)
