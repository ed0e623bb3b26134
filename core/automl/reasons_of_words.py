"""Reasons of how words become numbers: a column each, or the mean answer of other rows."""

from collections.abc import Iterator
from dataclasses import replace

from core.automl.pipelines import FEW_WORDS
from core.automl.reasons import Reason, Sight, name_some
from core.tables.wording import quote
from core.wording import count


def judge_words(sight: Sight) -> Iterator[Reason]:
    """Yield the decisions about columns of words."""
    yield from _judge_gaps(sight)
    yield from _judge_few(sight)
    yield from _judge_many(sight)


def _judge_gaps(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    words = [*plan.few_words, *plan.many_words]
    gaps = sight.read[words].isna().sum()
    gaps = gaps[gaps > 0]
    if not len(gaps):
        return
    names = tuple(str(name) for name in gaps.index)
    yield Reason(
        name="fill_words",
        what="Gaps in words",
        columns=names,
        done="a word of their own, “missing”",
        why=f"{quote(names[0])} has {count(int(gaps.iloc[0]))} gaps in {sight.rows}. A word of its own "
        "keeps them apart from every real word.",
        alternative="fill with the most frequent word",
        plan=replace(
            plan, imputers=(*plan.imputers, *((name, "most_frequent") for name in names))
        ),
    )  # fmt: skip


def _judge_few(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not plan.few_words:
        return
    n_words = sight.read[list(plan.few_words)].nunique()
    most = str(n_words.idxmax())
    yield Reason(
        name="one_hot",
        what="Columns with few words",
        columns=plan.few_words,
        done="a column of 0 and 1 for each word (one-hot)",
        why=f"Up to {FEW_WORDS} words get a column each. Most has {quote(most)}: {n_words[most]} in "
        f"{sight.rows}.",
        alternative="tell each word by the mean answer of its other rows",
        plan=replace(plan, few_words=(), many_words=(*plan.few_words, *plan.many_words)),
    )
    counts = {name: sight.read[name].value_counts() for name in plan.few_words}
    rare = [
        (f"{word} ({n})", name)
        for name, found in counts.items()
        for word, n in found.items()
        if n < plan.least_rows
    ]
    if not rare:
        return
    of = tuple(dict.fromkeys(name for _, name in rare))
    yield Reason(
        name="rare",
        what="Rare words",
        columns=of,
        done="put together as one word, “infrequent”",
        why=f"Fewer than {plan.least_rows} of {sight.rows} hold {_say_words(len(rare))}: "
        f"{name_some(word for word, _ in rare)}. From so few rows little can be learnt about a word.",
        alternative="a column for each",
        plan=replace(plan, groups_rare=False),
    )


def _judge_many(sight: Sight) -> Iterator[Reason]:
    plan = sight.plan
    if not plan.many_words:
        return
    n_words = sight.read[list(plan.many_words)].nunique()
    most = str(n_words.idxmax())
    each = float(sight.read[most].notna().sum() / max(1, n_words[most]))
    yield Reason(
        name="target_encoding",
        what="Columns with many words",
        columns=plan.many_words,
        done="each word told by the mean answer of its rows (target encoding)",
        why=f"{quote(most)} has {count(int(n_words[most]))} different words in {sight.rows}, more than "
        f"{FEW_WORDS}. A column each would be as many columns.",
        alternative=f"a column for each word with {plan.least_rows} rows or more",
        plan=replace(plan, many_words=(), few_words=(*plan.few_words, *plan.many_words)),
    )
    yield Reason(
        name="cross_fit",
        what="Who makes the mean answer of a word",
        columns=plan.many_words,
        done="other rows only (cross-fitting in 5 parts)",
        why=f"A word of {quote(most)} stands in {each:.1f} training rows on average. A mean over so few "
        "would hold the row’s own answer, which is what the model is to find out: a leak.",
        alternative="the row’s own answer counts, too",
        plan=replace(plan, is_cross_fitted=False),
    )


def _say_words(n: int) -> str:
    return "this word" if n == 1 else f"each of {n} words"
