"""Objects written as code: the code builds the same object, for every model and every kind of column."""

import warnings

import numpy as np
import pytest
from notebook_tables import SOME, TARGETS, every_kind, ready_for
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from core.automl.intake import DATE_PARTS
from core.automl.notebook import beats, cells_of_blend
from core.automl.notebook.objects import Writer, write_text
from core.automl.notebook.write import write_model
from core.automl.pipelines import build_pipeline
from core.automl.settings import FAMILIES

KINDS = {
    "numbers": ["a", "short"],
    "words": ["word", "code"],
    "many words": ["many"],
    "texts": ["text"],
    "dates": ["day", "moment"],
    "all": None,
}


def built(code, writer, lists):
    """Run what was written, with its imports, and return `model`."""
    lines = [
        f"from {module} import {', '.join(names)}"
        for module, names in writer.imports.items()
        if names
    ]
    lines += [f"from {module} import *" for module in writer.own]
    space = dict(lists)
    exec("\n".join(["import numpy as np", *lines, code]), space)
    return space["model"]


def same(one, other):
    return repr(one.get_params()) == repr(other.get_params())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", TARGETS)
def test_the_code_builds_the_pipeline_of_every_family_on_every_kind_of_column(target, kind):
    table = every_kind()
    columns = KINDS[kind] or [name for name in table if name not in TARGETS]
    ready, _ = ready_for(target, table[[*columns, target]])
    lists = beats.name_lists(ready.plan, DATE_PARTS)
    for family in FAMILIES:
        name = "ridge" if (family, target) == ("linear", "number") else family
        for params in ({}, SOME.get(name, {})):
            writer = Writer(lists)
            code = write_model(ready, (family, params, 1.0), writer)
            assert same(built(code, writer, lists), build_pipeline(ready.plan, family, params))


def test_the_code_of_a_blend_builds_its_models_and_weights():
    ready, settings = ready_for("three")
    members = [("linear", SOME["linear"], 0.25), ("lightgbm", {}, 0.75)]
    cells = cells_of_blend(ready, settings, members)
    space = {}
    code = {cell.name: cell.source for cell in cells if cell.kind == "code"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SHAP's own, when it is imported
        exec("\n".join(code[name] for name in ("settings", "types", "read", "preprocess")), space)
    blend = space["model"]
    assert blend.weights == [0.25, 0.75]
    for model, (family, params, _) in zip(blend.models, members, strict=True):
        assert same(model, build_pipeline(ready.plan, family, params))


def test_own_imputers_and_a_wrapped_target_are_written_too():
    ready, _ = ready_for("number", imputers=(("a", "mean"), ("word", "most_frequent")))
    writer = Writer()
    code = write_model(ready, ("linear", {}, 1.0), writer)
    assert "SimpleImputer(add_indicator=True, keep_empty_features=True)" in code
    assert same(built(code, writer, {}), build_pipeline(ready.plan, "linear", {}))
    wrapped = TransformedTargetRegressor(
        make_pipeline(FunctionTransformer(np.abs), Ridge()), func=np.log1p, inverse_func=np.expm1
    )
    writer = Writer()
    assert same(built(writer.write(wrapped, "model = "), writer, {}), wrapped)


def test_only_what_differs_from_a_default_is_written():
    write = Writer().write
    assert write(SimpleImputer(strategy="mean")) == "SimpleImputer()"
    assert write(SimpleImputer(strategy="median")) == 'SimpleImputer(strategy="median")'
    assert (
        write(make_pipeline(StandardScaler(), Ridge()))
        == "make_pipeline(StandardScaler(), Ridge())"
    )
    assert write(Pipeline([("own", Ridge())])) == 'Pipeline([("own", Ridge())])'
    assert write((1,)) == "(1,)"
    assert write({"a": [np.float64(0.5), np.nan, -np.inf]}) == '{"a": [0.5, np.nan, -np.inf]}'


def test_a_seed_is_written_by_its_name_where_the_notebook_has_one():
    forest = RandomForestClassifier(n_estimators=5, random_state=5)
    other = RandomForestClassifier(n_estimators=6, random_state=7)
    write = Writer(seed=5).write
    assert write(forest) == "RandomForestClassifier(n_estimators=5, random_state=SEED)"
    assert write(other) == "RandomForestClassifier(n_estimators=6, random_state=7)"
    assert Writer().write(forest).endswith("random_state=5)")


def test_lists_of_columns_are_written_by_their_names():
    writer = Writer({"NUMBERS": ["a", "b"], "WORDS": ["c"]})
    assert writer.write(["a", "b"]) == "NUMBERS"
    assert writer.write(("a", "b")) == "tuple(NUMBERS)"
    assert writer.write(["a", "b", "c"]) == "[*NUMBERS, *WORDS]"
    assert writer.write(("c", "a", "b")) == "(*WORDS, *NUMBERS)"
    assert writer.write(["b", "a"]) == '["b", "a"]'
    assert writer.write([]) == "[]"


@pytest.mark.parametrize(
    "text",
    ["plain", 'a "b"', "it's", '"it\'s"', "\\", "a\nb", "{x}", "🌼", "é", "\x00", "'''", '"""'],
)
def test_any_text_comes_back_from_its_code(text):
    space = {}
    exec(f"found = {write_text(text)}", space)
    assert space["found"] == text


def test_an_object_that_has_no_code_is_refused():
    step = ColumnTransformer([("a", FunctionTransformer(lambda x: x), ["a"])])
    with pytest.raises(TypeError, match="has no name by which a notebook could import it"):
        Writer().write(step)
