"""The climb as code to take home: pandas, scikit-learn, LightGBM and Optuna, the same numbers."""

from pathlib import Path
from typing import TYPE_CHECKING

import core.automl.intake
from core.automl.finals import BLEND_STEPS, N_FINALISTS, N_FOLDS
from core.automl.pipelines import build_model, build_pipeline, build_preparation, space_of_family
from core.automl.settings import FAMILIES, LOWER_IS_BETTER, Family
from core.automl.table import ReadyTable, prepare_table
from core.automl.tuning import N_TUNED_FAMILIES
from core.automl.worth.climb import rows_of, settings_of
from core.automl.worth.tables import load_table
from core.automl.worth.templates import BLOCKS, CODE, JUDGING, SPLITS
from core.automl.worth.write import Writer
from core.datasets.preparing_code import LINE, write_imports, write_list, write_literal
from core.script import Script
from core.search.suggest import write_suggest

if TYPE_CHECKING:
    from core.automl.worth.lab import WorthSpec

TUNED: tuple[Family, ...] = FAMILIES[1:]


def write_script(spec: "WorthSpec") -> Script:
    """Return the program that climbs the same ladder.

    Its last line is one JSON object whose names are those of `WorthResult`.
    """
    settings = settings_of(spec.climb)
    ready = prepare_table(rows_of(spec.climb), settings)
    families = [one for one in FAMILIES if one not in settings.exclude_frameworks]
    writer = Writer()
    needs_intake = bool(ready.plan.dates or ready.plan.texts)
    prepare = _write_preparations(writer, ready, needs_intake=needs_intake)
    models = "".join(_write_model(writer, ready, family) for family in families)
    metric, task = ready.metric, ready.task
    kind = "regression" if task == "regression" else "classes"
    name = Path(load_table(spec.data).csv_name)
    splits, judging = SPLITS[kind], JUDGING[metric if task != "binary" else f"{metric} binary"]
    for module, names in (*splits.imports, *judging.imports):
        writer.imports.setdefault(module, set()).add(names)
    writer.imports.setdefault("scipy.stats", set()).add("t")
    writer.imports.setdefault("sklearn.base", set()).add("clone")
    writer.imports.setdefault("sklearn.pipeline", set()).add("make_pipeline")
    sign = "-" if metric in LOWER_IS_BETTER else ""
    n_rows = len(ready.places("train", "validate"))
    code = CODE.format(
        imports=write_imports(writer.imports),
        reading=_write_reading(ready, name.name, settings.target),
        seed=spec.seed,
        target=write_literal(settings.target),
        prepare=prepare,
        models=models,
        spaces=_write_spaces(ready, families),
        ask=BLOCKS[kind]["ask"],
        classes=_write_classes(ready),
        score=judging.code,
        gain=f"{sign}score(truth, said)",
        max_trials=settings.max_trials,
        n_tuned=N_TUNED_FAMILIES,
        n_finalists=N_FINALISTS,
        blend_steps=BLEND_STEPS,
        splits=splits.code.format(
            k=N_FOLDS, repeats=4 if n_rows <= 2000 else 2 if n_rows <= 10_000 else 1
        ),
        max_splits=settings.max_splits,
        mean=f"{sign}scores[name]",
        behind="scores[name] - scores[best]" if sign else "scores[best] - scores[name]",
    )
    files = {name.name: _write_csv(ready, settings.target)}
    if needs_intake:
        files["intake.py"] = Path(core.automl.intake.__file__).read_bytes()
    return Script("worth", code, files, needs="pandas, scikit-learn, LightGBM and Optuna 5")


def _write_preparations(writer: Writer, ready: ReadyTable, *, needs_intake: bool) -> str:
    texts = []
    for name, is_scaled in (("PREPARE", False), ("PREPARE_SCALED", True)):
        made = build_preparation(ready.plan, is_scaled=is_scaled)
        if needs_intake:
            from sklearn.pipeline import make_pipeline

            family: Family = "linear" if is_scaled else "tree"
            made = make_pipeline(build_pipeline(ready.plan, family, {}).named_steps["intake"], made)
        texts.append(f"{name} = {writer.write(made, before=f'{name} = ')}\n")
    return "".join(texts)


def _write_model(writer: Writer, ready: ReadyTable, family: Family) -> str:
    before = f'    "{family}": '
    model = build_model(ready.plan, family, {})
    return f"{before}{writer.write(model, indent='    ', before=before[4:], after=',')},\n"


def _write_spaces(ready: ReadyTable, families: list[Family]) -> str:
    texts = []
    for family in families[1:]:
        lines = []
        for line in write_suggest(space_of_family(family, ready.task)).splitlines()[1:]:
            text = line.replace("'", '"')
            if len(text) > LINE:
                start, _, words = text.partition("(")
                indent = start[: len(start) - len(start.lstrip())]
                text = f"{start}(\n{indent}    {words.removesuffix(')')}\n{indent})"
            lines.append(text)
        body = "\n".join(lines)
        texts.append(
            f"def space_of_{family}(trial):\n    params = {{}}\n{body}\n    return params\n"
        )
    entries = "".join(f'    "{family}": space_of_{family},\n' for family in families[1:])
    return "\n\n".join(texts) + f"\n\nSPACES = {{\n{entries}}}"


def _write_classes(ready: ReadyTable) -> str:
    if ready.task == "regression":
        return ""
    text = f"{write_list('CLASSES', ready.classes)}\n"
    if ready.task == "binary":
        text += f"POSITIVE = {write_literal(ready.positive)}\n"
    return text


def _write_reading(ready: ReadyTable, name: str, target: str) -> str:
    """Return the statement that reads the CSV with every guess of pandas switched off."""
    words = [*ready.plan.few_words, *ready.plan.many_words, *ready.plan.texts, *ready.plan.dates]
    if ready.task != "regression" and isinstance(ready.classes[0], str):
        words.append(target)
    types = "".join(f"        {write_literal(word)}: str,\n" for word in words)
    return (
        f"table = pd.read_csv(\n    {write_literal(name)},\n"
        + (f"    dtype={{\n{types}    }},\n" if words else "")
        + '    keep_default_na=False,\n    na_values=[""],\n    float_precision="round_trip",\n)\n'
    )


def _write_csv(ready: ReadyTable, target: str) -> bytes:
    table = ready.rows[list(ready.plan.columns)].assign(
        **{target: ready.target.to_numpy(), PART: ready.part.to_numpy()}
    )
    return table.to_csv(index=False).encode()


PART = "part of the search"
