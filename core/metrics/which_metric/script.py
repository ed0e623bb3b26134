"""The contest as code to take home: pandas, scikit-learn and one CSV."""

from typing import TYPE_CHECKING

from core.datasets import Dataset, load_dataset, split_rows, write_reading_code
from core.datasets.preparing_code import write_literal, write_preparing_code
from core.datasets.reading_code import write_splitting_code
from core.metrics.which_metric import script_parts as parts
from core.metrics.which_metric.bills import Bill
from core.metrics.which_metric.candidates import MOST_JUDGED, most_trained
from core.script import Script

if TYPE_CHECKING:
    from core.metrics.which_metric.lab import WhichMetricSpec

LINE = 88


def write_script(spec: "WhichMetricSpec") -> Script:
    """Return the program that trains the models, lets every metric choose, and pays the bill.

    Its last line is one JSON object whose names are those of `WhichMetricResult`; what is undefined
    is null. The intervals and the search for quarrels are left out: they take most of the time.
    """
    dataset, bill = load_dataset(spec.data), spec.bill
    split = write_splitting_code(split_rows(dataset, seed=spec.seed))
    split = split.replace(f"[{str(dataset.target)!r}]", f"[{write_literal(str(dataset.target))}]")
    blocks = (
        f'"""Which model does each metric choose, at what cost? Needs {dataset.csv_name}."""',
        _write_imports(dataset, bill),
        _write_settings(bill),
        write_reading_code(dataset).rstrip() + "\n" + _join_short_calls(split).rstrip(),
        _write_rows(dataset),
        _write_models(dataset, spec.seed) + "\n",
        _write_tuning(bill) + "\n\n" + _write_bill(bill) + "\n\n" + _write_judge(bill),
        parts.CONTEST.format(untuned=_untuned(bill)),
        _write_result(bill),
        parts.PRINT,
    )
    code = "\n\n".join(blocks) + "\n"
    return Script(
        "which_metric",
        code,
        {dataset.csv_name: dataset.csv_bytes()},
        needs="pandas, SciPy and scikit-learn",
    )


def _write_imports(dataset: Dataset, bill: Bill) -> str:
    preparers = ["OneHotEncoder"] * bool(dataset.categorical_features)
    preparers += ["StandardScaler"] * bool(dataset.numeric_features)
    lines = [
        "from sklearn import metrics",
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.impute import SimpleImputer",
        "from sklearn.model_selection import train_test_split",
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {', '.join(preparers)}",
        *(parts.CLASSIFIER_IMPORTS if dataset.task == "binary" else parts.REGRESSOR_IMPORTS),
    ]
    if bill.need == "ranking":
        lines.append("from scipy.stats import rankdata")
    if _needs_expectile(bill):
        lines.append("from scipy.stats import expectile")
    return "\n".join(["import json\n", "import numpy as np", "import pandas as pd", *sorted(lines)])


def _needs_expectile(bill: Bill) -> bool:
    has_two_prices = bill.cost_over > 0 and bill.cost_under > 0
    return bill.need == "number" and bill.growth == "squared" and bill.is_tuned and has_two_prices


def _write_settings(bill: Bill) -> str:
    is_number = bill.need == "number"
    names = ("COST_TOO_HIGH", "COST_TOO_LOW") if is_number else ("COST_FALSE_ALARM", "COST_MISS")
    lines = [f"{names[0]} = {float(bill.cost_over)}", f"{names[1]} = {float(bill.cost_under)}"]
    if is_number:
        lines.append(f"STEP = {float(bill.step)}  # an error of this size has the price")
    if bill.need == "ranking":
        lines.append(f"CAPACITY = {bill.capacity}  # rows out of 1,000")
    return "\n".join(lines)


def _write_rows(dataset: Dataset) -> str:
    """Limit large tables as the lesson does, and name the truth of both parts."""
    counts = split_rows(dataset).parts
    limits = {"train": most_trained(dataset), "validation": MOST_JUDGED, "test": MOST_JUDGED}
    lines = [
        f"{part} = {part}[:{limit}]" for part, limit in limits.items() if len(counts[part]) > limit
    ]
    target = write_literal(str(dataset.target))
    lines.append(f"target = {target}")
    if dataset.task == "binary":
        positive = write_literal(dataset.positive)
        known = f"{{part}}[target] == {positive}"
    else:
        known = "{part}[target]"
    lines += [
        f"train_truth = {known.format(part='train')}",
        f"truth = ({known.format(part='validation')}).to_numpy()"
        if dataset.task == "binary"
        else "truth = validation[target].to_numpy()",
        f"test_truth = ({known.format(part='test')}).to_numpy()"
        if dataset.task == "binary"
        else "test_truth = test[target].to_numpy()",
    ]
    return "\n".join(lines)


def _write_models(dataset: Dataset, seed: int) -> str:
    models = parts.CLASSIFIERS if dataset.task == "binary" else parts.REGRESSORS
    preparing = write_preparing_code(dataset.numeric_features, dataset.categorical_features)
    return f"{preparing}\n{models.format(seed=seed)}"


def _write_tuning(bill: Bill) -> str:
    if bill.need == "decision" and bill.is_tuned:
        return parts.CHEAPEST_THRESHOLD
    if bill.need == "number" and bill.is_tuned:
        if bill.growth == "linear":
            return parts.SHIFT.format(share=parts.SHARE, how=parts.QUANTILE)
        free = {0.0: "(truth - said).min()", 1.0: "(truth - said).max()"}
        if 1 - bill.fair_share in free:
            return parts.SHIFT.format(share="", how=free[1 - bill.fair_share])
        return parts.SHIFT.format(share=parts.SHARE, how=parts.EXPECTILE)
    return parts.NO_TUNING.format(setting=_untuned(bill))


def _untuned(bill: Bill) -> str:
    return {"decision": "0.5", "number": "0.0"}.get(bill.need, "np.nan")


def _write_bill(bill: Bill) -> str:
    if bill.need == "number":
        return parts.BILL_NUMBER.format(power="" if bill.growth == "linear" else " ** 2")
    bills = {
        "decision": parts.BILL_DECISION,
        "ranking": parts.BILL_RANKING,
        "probability": parts.BILL_PROBABILITY,
    }
    return bills[bill.need]


def _write_judge(bill: Bill) -> str:
    if bill.need == "number":
        return parts.JUDGE_NUMBERS
    on_list = parts.PRECISION_ON_LIST if bill.need == "ranking" else ""
    return parts.JUDGE_CLASSES.format(on_list=on_list)


def _write_result(bill: Bill) -> str:
    return parts.RESULT + ("" if bill.need == "number" else parts.RESULT_F1)


def _join_short_calls(code: str) -> str:
    """Put a call on one line where it fits, as formatters do."""
    lines = []
    for call in code.split("\n)\n")[:-1]:
        start, inner = call.split("(\n    ", 1)
        one_line = f"{start}({inner})"
        lines.append(one_line if len(one_line) <= LINE else f"{call}\n)")
    return "\n".join(lines)
