"""The pieces of the program to take home that differ: how each kind is judged, and each change."""

from core.metrics.metric_map.cases import Group

JUDGES: dict[Group, str] = {
    "labels": '''def judge(truth, answer):
    """Return each metric; NaN where it would be 0/0."""
    has_both = len(set(truth)) == 2
    varies = has_both and len(set(answer)) == 2
    gap = {"zero_division": np.nan}  # by itself, scikit-learn would fill in 0
    return {
        "accuracy": metrics.accuracy_score(truth, answer),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, answer)
        if has_both
        else np.nan,
        "precision": metrics.precision_score(truth, answer, **gap),
        "recall": metrics.recall_score(truth, answer, **gap),
        "specificity": metrics.recall_score(truth, answer, pos_label=0, **gap),
        "f1": metrics.f1_score(truth, answer, **gap),
        "mcc": metrics.matthews_corrcoef(truth, answer) if varies else np.nan,
    }


before = judge(truth, answer)''',
    "scores": '''def judge(truth, score):
    """Return each metric; NaN where it would be 0/0."""
    is_sure_mistake = score == np.where(truth, 0, 1)
    return {
        "roc_auc": metrics.roc_auc_score(truth, score)
        if len(set(truth)) == 2
        else np.nan,
        "average_precision": metrics.average_precision_score(truth, score)
        if truth.any()
        else np.nan,
        # scikit-learn clips the probability 0 and prints a finite number.
        "log_loss": np.inf
        if is_sure_mistake.any()
        else metrics.log_loss(truth, score, labels=[False, True]),
        "brier": metrics.brier_score_loss(truth, score),
    }


before = judge(truth, answer)''',
    "classes": '''def judge(truth, answer):
    """Return each metric; NaN where a class would be 0/0."""
    is_heard = len(set(truth) | set(answer)) == len(labels)
    return {
        "accuracy": metrics.accuracy_score(truth, answer),
        # scikit-learn leaves a class without rows out of the mean.
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, answer)
        if len(set(truth)) == len(labels)
        else np.nan,
        "micro_f1": metrics.f1_score(truth, answer, average="micro"),
        "macro_f1": metrics.f1_score(truth, answer, average="macro")
        if is_heard
        else np.nan,
        "weighted_f1": metrics.f1_score(truth, answer, average="weighted"),
    }


before = judge(truth, answer)''',
    "numbers": '''def judge(truth, answer):
    """Return each metric; NaN where it would be divided by 0."""
    return {
        "mae": metrics.mean_absolute_error(truth, answer),
        "mse": metrics.mean_squared_error(truth, answer),
        "rmse": metrics.root_mean_squared_error(truth, answer),
        "medae": metrics.median_absolute_error(truth, answer),
        "mape": metrics.mean_absolute_percentage_error(truth, answer)
        if (truth != 0).all()
        else np.nan,
        "r2": metrics.r2_score(truth, answer) if len(set(truth)) > 1 else np.nan,
    }


before = judge(truth, answer)''',
    "clusters": '''def judge(points, answer, truth):
    """Return each metric; NaN where there is nothing to compare with."""
    groups = pd.DataFrame(points).groupby(answer)
    has_neighbours = 1 < groups.ngroups < len(points)
    ask = {
        "silhouette": metrics.silhouette_score,
        "davies_bouldin": metrics.davies_bouldin_score,
        "calinski_harabasz": metrics.calinski_harabasz_score,
    }
    return {
        "inertia": ((points - groups.transform("mean").to_numpy()) ** 2).sum(),
        **{n: m(points, answer) if has_neighbours else np.nan for n, m in ask.items()},
        "ari": np.nan if truth is None else metrics.adjusted_rand_score(truth, answer),
    }


before = judge(points, answer, truth)''',
}
_TAKE = "after = judge(truth[rows], answer[rows])"
_MORE_NEGATIVES = f"""# Every negative row is now there ten times.
rows = np.repeat(np.arange(len(truth)), np.where(truth, 1, 10))
{_TAKE}"""
_NO_POSITIVES = """# All positive rows are taken away.
after = judge(truth[~truth], answer[~truth])"""
_DEAL_OUT = "answer = np.random.default_rng(SEED).permutation(answer)  # dealt out at random\n"
_BASE = """# One answer for all rows, learned from the training rows.
after = judge(truth, np.full(len(truth), base))"""
_SIZES = "sizes = np.bincount(truth, minlength=len(labels))\n"

CHANGES: dict[tuple[Group, str], str] = {
    ("labels", "more_negatives"): _MORE_NEGATIVES,
    ("labels", "easy_negatives"): """# As many rows again: negative, and rightly answered with no.
no = np.zeros(len(truth), dtype=bool)
after = judge(np.concatenate([truth, no]), np.concatenate([answer, no]))""",
    ("labels", "swap_classes"): """# Yes and no change places.
after = judge(~truth, ~answer)""",
    ("labels", "always_no"): """# Every answer is no.
after = judge(truth, np.zeros(len(truth), dtype=bool))""",
    ("labels", "deal_out"): _DEAL_OUT + "after = judge(truth, answer)",
    ("labels", "no_positives"): _NO_POSITIVES,
    ("scores", "square"): """# Squares keep the order of the scores.
after = judge(truth, answer**2)""",
    ("scores", "more_negatives"): _MORE_NEGATIVES,
    ("scores", "reverse"): """# Every score is turned round.
after = judge(truth, 1 - answer)""",
    ("scores", "yes_no"): """# Scores are rounded to yes and no.
after = judge(truth, (answer >= 0.5).astype(float))""",
    ("scores", "one_score"): _BASE,
    ("scores", "sure_mistake"): """# One positive row is called impossible.
answer = answer.copy()
answer[np.flatnonzero(truth)[0]] = 0
after = judge(truth, answer)""",
    ("scores", "no_positives"): _NO_POSITIVES,
    ("classes", "more_of_biggest"): f"""# Every row of the biggest class is now there ten times.
{_SIZES}rows = np.repeat(np.arange(len(truth)), np.where(truth == sizes.argmax(), 10, 1))
{_TAKE}""",
    ("classes", "forget_smallest"): f"""# All classes but the smallest are there ten times; that one is never
# named: the second choice is taken.
{_SIZES}answer = np.where(answer == sizes.argmin(), second, answer)
rows = np.repeat(np.arange(len(truth)), np.where(truth == sizes.argmin(), 1, 10))
{_TAKE}""",
    ("classes", "always_biggest"): f"""# Every answer is the biggest class.
{_SIZES}after = judge(truth, np.full(len(truth), sizes.argmax()))""",
    ("classes", "rename"): """# Every class gets the number of the next one.
k = len(labels)
after = judge((truth + 1) % k, (answer + 1) % k)""",
    ("classes", "missing_class"): f"""# All rows of the smallest class are taken away.
{_SIZES}rows = truth != sizes.argmin()
{_TAKE}""",
    ("numbers", "one_error"): """# One prediction is too high by ten times the range of the truth.
answer = answer.copy()
answer[0] = truth[0] + 10 * np.ptp(truth)
after = judge(truth, answer)""",
    ("numbers", "other_unit"): """# A unit 100 times smaller.
after = judge(truth * 100, answer * 100)""",
    ("numbers", "other_zero"): """# Another zero point: the next power of ten is added to both.
shift = 10.0 ** (np.floor(np.log10(np.abs(truth).max())) + 1)
after = judge(truth + shift, answer + shift)""",
    ("numbers", "true_zero"): """# The smallest true value becomes 0.
truth = truth.copy()
truth[np.abs(truth).argmin()] = 0
after = judge(truth, answer)""",
    ("numbers", "mean_for_all"): _BASE,
    ("numbers", "one_row"): """# Only the first row is left.
after = judge(truth[:1], answer[:1])""",
    ("numbers", "same_truth"): """# All true values are the same.
after = judge(np.full(len(truth), np.median(truth)), answer)""",
    ("clusters", "stretch"): """# The first column in a unit ten times smaller.
stretched = points.copy()
stretched[:, 0] *= 10
after = judge(stretched, answer, truth)""",
    ("clusters", "all_units"): """# All columns in a unit 100 times smaller.
after = judge(points * 100, answer, truth)""",
    ("clusters", "renumber"): """# The clusters get other numbers.
after = judge(points, answer.max() - answer, truth)""",
    ("clusters", "every_twice"): """# Every row is there twice.
rows = np.repeat(np.arange(len(points)), 2)
after = judge(points[rows], answer[rows], None if truth is None else truth[rows])""",
    ("clusters", "one_cluster"): """# One cluster for all rows.
after = judge(points, np.zeros(len(points), dtype=int), truth)""",
    ("clusters", "one_each"): """# Every row is a cluster of its own.
after = judge(points, np.arange(len(points)), truth)""",
    ("clusters", "deal_out"): _DEAL_OUT + "after = judge(points, answer, truth)",
}  # fmt: skip
