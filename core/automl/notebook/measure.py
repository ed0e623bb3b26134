"""The function of a notebook that gives all metrics of a task, by plain scikit-learn."""

from core.automl.notebook.objects import Writer
from core.automl.table import ReadyTable


def write_measure(ready: ReadyTable) -> str:
    """Return the function that gives all metrics of the task, by plain scikit-learn."""
    if ready.task == "regression":
        return _NUMBERS
    writer = Writer()
    head = writer.write(list(ready.classes), "CLASSES = ")
    if ready.task == "binary":
        return f"{head}\nPOSITIVE = {writer.write(ready.positive)}\n\n\n{_TWO}"
    return f"{head}\n\n\n{_MANY}"


def imports_of_measure(ready: ReadyTable) -> set[str]:
    """Return what `write_measure` needs of `sklearn.metrics`."""
    if ready.task == "regression":
        return {"mean_absolute_error", "r2_score", "root_mean_squared_error"}
    each = {"accuracy_score", "f1_score", "log_loss", "precision_score", "recall_score"}
    return each | {"roc_auc_score"}


_NUMBERS = '''def measure(truth, said, weights=None):
    """Return every metric of what was said."""
    return {
        "rmse": root_mean_squared_error(truth, said, sample_weight=weights),
        "mae": mean_absolute_error(truth, said, sample_weight=weights),
        "r2": r2_score(truth, said, sample_weight=weights),
    }'''
_REST = """        "accuracy": accuracy_score(truth, named, sample_weight=weights),
        "f1": f1_score(truth, named, **how),
        "precision": precision_score(truth, named, **how),
        "recall": recall_score(truth, named, **how),
    }"""
_TWO = f'''def measure(truth, chances, weights=None):
    """Return every metric; `chances` has a column for each of CLASSES."""
    place = CLASSES.index(POSITIVE)
    named = np.where(chances[:, place] >= 0.5, POSITIVE, CLASSES[1 - place])
    how = {{"pos_label": POSITIVE, "zero_division": 0.0, "sample_weight": weights}}
    is_positive = truth == POSITIVE
    return {{
        "log_loss": log_loss(truth, chances, labels=CLASSES, sample_weight=weights),
        "roc_auc": roc_auc_score(is_positive, chances[:, place], sample_weight=weights),
{_REST}'''
_MANY = f'''def measure(truth, chances, weights=None):
    """Return every metric; `chances` has a column for each of CLASSES."""
    named = np.array(CLASSES)[chances.argmax(axis=1)]
    how = {{
        "average": "macro",
        "labels": CLASSES,
        "zero_division": 0.0,
        "sample_weight": weights,
    }}
    one_against_rest = [
        roc_auc_score(truth == label, chances[:, place], sample_weight=weights)
        for place, label in enumerate(CLASSES)
        if 0 < (truth == label).sum() < len(truth)
    ]
    return {{
        "log_loss": log_loss(truth, chances, labels=CLASSES, sample_weight=weights),
        "roc_auc": np.mean(one_against_rest),
{_REST}'''
