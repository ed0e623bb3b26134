"""Reasons of what is done with gaps, numbers written as text, ids, constants, dates and texts."""

from collections.abc import Iterator
from dataclasses import replace

from core.automl.pipelines import FEW_WORDS, TEXT_WORDS
from core.automl.reasons import Reason, Sight, name_some
from core.tables.wording import quote
from core.wording import count, percent, significant


def judge_columns(sight: Sight) -> Iterator[Reason]:
    """Yield the decisions about gaps, kinds of columns, dates and texts."""
    yield from _judge_gaps(sight)
    yield from _judge_conversions(sight)
    yield from _judge_left_out(sight)
    yield from _judge_dates(sight)
    yield from _judge_texts(sight)


def _judge_gaps(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not plan.numbers:
        return
    gaps = sight.read[list(plan.numbers)].isna().sum().sort_values(ascending=False, kind="stable")
    gaps = gaps[gaps > 0]
    if not len(gaps):
        yield Reason(
            name="fill",
            what="Gaps in numbers",
            columns=plan.numbers,
            done="the median, should a gap ever come",
            why=f"No number is missing in {sight.rows}.",
        )
        return
    names = tuple(str(name) for name in gaps.index)
    told = ", ".join(f"{quote(str(name))} has {count(n)}" for name, n in list(gaps.items())[:3])
    values = sight.read[list(names)]
    drift = ((values.mean() - values.median()) / values.std()).abs()
    pulled = str(drift.idxmax()) if drift.notna().any() else names[0]
    own = dict(plan.imputers)
    chosen = own.get(names[0], "median")
    other = "mean" if chosen != "mean" else "median"
    yield Reason(
        name="fill",
        what="Gaps in numbers",
        columns=names,
        done=f"filled with the {chosen.replace('_', ' ')} of the column",
        why=f"Gaps in {sight.rows}: {told}. A few very large values do not move a median: in "
        f"{quote(pulled)} it is {significant(float(values[pulled].median()))}, and the mean is "
        f"{significant(float(values[pulled].mean()))}.",
        alternative=f"fill with the {other}",
        plan=replace(
            plan, imputers=tuple({**own, **dict.fromkeys(names, other)}.items())
        ),
    )  # fmt: skip
    yield Reason(
        name="flags",
        what="Where the gaps were",
        columns=names,
        done="told to the model by a column of 0 and 1",
        why=f"That a cell is empty may say something by itself. {_tell_gap(sight, names[0])}",
        alternative="do not tell",
        plan=replace(plan, has_flags=False),
    )


def _tell_gap(sight: Sight, name: str) -> str:
    """Say whether the answers differ where a column is empty."""
    is_gap = sight.read[name].isna().to_numpy()
    ready = sight.ready
    if ready.task == "regression":
        values = sight.target.astype("float64")
        there, elsewhere = (significant(float(values[which].mean())) for which in (is_gap, ~is_gap))
        return f"Where {quote(name)} is empty, the mean target is {there}, elsewhere {elsewhere}."
    label = ready.positive if ready.task == "binary" else ready.classes[0]
    hits = sight.target == label
    there, elsewhere = (percent(float(hits[which].mean()), 0) for which in (is_gap, ~is_gap))
    return (
        f"Where {quote(name)} is empty, {there} of the rows are {quote(str(label))}, elsewhere "
        f"{elsewhere}."
    )


def _judge_conversions(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    found = [one for one in sight.ready.meanings if one.is_converted and one.name in plan.numbers]
    if not found:
        return
    names = tuple(one.name for one in found)
    one = found[0]
    n_full = len(sight.ready.rows) - one.n_missing
    few = tuple(one.name for one in found if one.n_distinct <= FEW_WORDS)
    many = tuple(one.name for one in found if one.n_distinct > FEW_WORDS)
    yield Reason(
        name="as_numbers",
        what="Numbers written as text",
        columns=names,
        done="read as numbers",
        why=f"The file holds text in {name_some(names)}, but each of the {count(n_full)} cells of "
        f"{quote(one.name)} that are not empty is a number ({count(one.n_distinct)} different ones).",
        alternative="read them as words",
        plan=replace(
            plan,
            numbers=tuple(name for name in plan.numbers if name not in names),
            few_words=(*plan.few_words, *few),
            many_words=(*plan.many_words, *many),
        ),
    )


def _judge_left_out(sight: Sight) -> Iterator[Reason]:
    plan, meanings = sight.plan, sight.ready.meanings
    ids = [one for one in meanings if one.meaning == "id"]
    if ids:
        numbers = tuple(one.name for one in ids if one.is_number)
        words = tuple(one.name for one in ids if not one.is_number)
        yield Reason(
            name="ids",
            what="Columns that name the rows",
            columns=(*numbers, *words),
            done="left out",
            why=f"In {quote(ids[0].name)} {ids[0].reason}. What is learnt of a name does not hold for "
            "the next one.",
            alternative="keep them",
            plan=replace(
                plan,
                numbers=(*plan.numbers, *numbers),
                many_words=(*plan.many_words, *words),
            ),
        )
    still = tuple(one.name for one in meanings if one.meaning in ("constant", "empty"))
    if still:
        yield Reason(
            name="constants",
            what="Columns that never change",
            columns=still,
            done="left out",
            why=f"In {name_some(still)} all rows are alike, so no row can be told from another by it.",
        )


def _judge_dates(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not plan.dates:
        return
    name = plan.dates[0]
    days = sight.read[f"{name} days"].dropna()
    n_days = float(days.max() - days.min()) if len(days) else 0.0
    has_hours = bool((days % 1 != 0).any())
    told = (
        "The hour is told as well." if has_hours else "Its hours are all 0, so they tell nothing."
    )
    yield Reason(
        name="date_parts",
        what="What a date tells",
        columns=plan.dates,
        done="days and year as numbers; month, weekday and hour as places on a circle",
        why=f"{quote(name)} spans {count(round(n_days))} days. On a circle December lies beside January and "
        f"Sunday beside Monday. {told}",
        alternative="days and year only",
        plan=replace(plan, date_parts=("days", "year")),
    )
    out = replace(plan, dates=())
    yield Reason(
        name="dates_out",
        what="Dates",
        columns=plan.dates,
        done="used",
        why=f"In {sight.rows} {count(len(days))} dates of {quote(name)} could be read.",
        alternative="leave out" if out.columns else "",
        plan=out if out.columns else None,
    )


def _judge_texts(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not plan.texts:
        return
    name = plan.texts[0]
    texts = sight.read[name]
    n_words = len({word for text in texts for word in str(text).lower().split()})
    out = replace(plan, texts=())
    yield Reason(
        name="texts_out",
        what="Free text",
        columns=plan.texts,
        done=f"words are counted, rare ones more (TF-IDF), at most {TEXT_WORDS} of them",
        why=f"{quote(name)} holds {count(texts.nunique())} different texts in {sight.rows}, so a whole text "
        f"is hardly ever seen again; but they are made of {count(n_words)} words.",
        alternative="leave out" if out.columns else "",
        plan=out if out.columns else None,
    )
