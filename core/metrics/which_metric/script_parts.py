"""Pieces of the program that `core.metrics.which_metric.script` puts together."""

CLASSIFIER_IMPORTS = (
    "from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier",
    "from sklearn.linear_model import LogisticRegression",
    "from sklearn.naive_bayes import GaussianNB",
    "from sklearn.tree import DecisionTreeClassifier",
)
REGRESSOR_IMPORTS = (
    "from sklearn.ensemble import HistGradientBoostingRegressor",
    "from sklearn.linear_model import HuberRegressor, LinearRegression, QuantileRegressor",
)

CLASSIFIERS = """models = {{
    "logistic": LogisticRegression(max_iter=1000),
    "tree": DecisionTreeClassifier(min_samples_leaf=20, random_state={seed}),
    "forest": RandomForestClassifier(
        n_estimators=50, min_samples_leaf=5, random_state={seed}
    ),
    "boosting": HistGradientBoostingClassifier(
        learning_rate=0.05, max_leaf_nodes=8, early_stopping=False, random_state={seed}
    ),
    "bayes": GaussianNB(),
}}


def predict(model, part):
    return model.predict_proba(part)[:, 1]"""
REGRESSORS = """boosting = {{
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "early_stopping": False,
    "random_state": {seed},
}}
models = {{
    "squares": LinearRegression(),
    "absolute": QuantileRegressor(quantile=0.5, alpha=0),
    "huber": HuberRegressor(max_iter=1000),
    "boosting": HistGradientBoostingRegressor(**boosting),
    "boosting_absolute": HistGradientBoostingRegressor(
        loss="absolute_error", **boosting
    ),
}}


def predict(model, part):
    return model.predict(part)"""

CHEAPEST_THRESHOLD = '''def tune(truth, score):
    """Return the threshold that costs least on these rows."""
    false_alarm_rate, recall, cuts = metrics.roc_curve(
        truth, score, drop_intermediate=False
    )
    cuts[0] = 1 if score.max() < 1 else 1.001  # no alarm at all
    false_alarms, misses = false_alarm_rate * sum(~truth), (1 - recall) * sum(truth)
    costs = COST_FALSE_ALARM * false_alarms + COST_MISS * misses
    # Rounded, so that equal costs are equal and the highest threshold wins.
    return cuts[np.argmin(np.round(costs / costs.max(), 12))]
'''
SHIFT = '''def tune(truth, said):
    """Return what to add to every answer, so that these rows cost least."""
{share}    return {how}
'''
SHARE = "    share = 1 - COST_TOO_HIGH / (COST_TOO_HIGH + COST_TOO_LOW)\n"
QUANTILE = 'np.quantile(truth - said, share, method="inverted_cdf")'
EXPECTILE = "expectile(truth - said, alpha=share)"
NO_TUNING = """def tune(truth, said):
    return {setting}
"""

BILL_DECISION = '''def pay(truth, score, threshold):
    """Return the cost of 1,000 rows."""
    alarm = score >= threshold
    costs = np.where(truth, COST_MISS * ~alarm, COST_FALSE_ALARM * alarm)
    return 1000 * costs.mean()
'''
BILL_RANKING = '''def chance_on_list(score):
    """Return each row's chance to be on the list, equal scores in random order."""
    above = rankdata(-score, method="min") - 1
    tied = rankdata(-score, method="max") - above
    return np.clip((max(1, round(CAPACITY / 1000 * len(score))) - above) / tied, 0, 1)


def pay(truth, score, _):
    """Return the cost of 1,000 rows."""
    acted = chance_on_list(score)
    costs = np.where(truth, COST_MISS * (1 - acted), COST_FALSE_ALARM * acted)
    return 1000 * costs.mean()
'''
BILL_PROBABILITY = '''def pay(truth, score, _):
    """Return the cost of 1,000 rows, averaged over all divisions of the total price."""
    total = COST_FALSE_ALARM + COST_MISS
    return 1000 * total / 2 * metrics.brier_score_loss(truth, score)
'''
BILL_NUMBER = '''def pay(truth, said, shift):
    """Return the cost of 1,000 rows."""
    error = said + shift - truth
    price = np.where(error > 0, COST_TOO_HIGH, COST_TOO_LOW)
    return 1000 * (price * np.abs(error / STEP){power}).mean()
'''

JUDGE_CLASSES = '''def judge(truth, score):
    """Return every metric, the higher the better."""
    alarm = score >= 0.5
    return {{
        "accuracy": metrics.accuracy_score(truth, alarm),
        "precision": metrics.precision_score(truth, alarm, zero_division=np.nan),
        "recall": metrics.recall_score(truth, alarm),
        "f1": metrics.f1_score(truth, alarm),
{on_list}        "roc_auc": metrics.roc_auc_score(truth, score),
        "average_precision": metrics.average_precision_score(truth, score),
        "log_loss": -metrics.log_loss(truth, score),
        "brier": -metrics.brier_score_loss(truth, score),
    }}
'''
PRECISION_ON_LIST = (
    '        "precision_on_list": np.average(truth, weights=chance_on_list(score)),\n'
)
JUDGE_NUMBERS = '''def judge(truth, said):
    """Return every metric, the higher the better."""
    return {
        "mae": -metrics.mean_absolute_error(truth, said),
        "rmse": -metrics.root_mean_squared_error(truth, said),
        "medae": -metrics.median_absolute_error(truth, said),
        "r2": metrics.r2_score(truth, said),
    }
'''

CONTEST = """scores, costs, untuned, settings = {{}}, {{}}, {{}}, {{}}
for name, model in models.items():
    model = make_pipeline(prepare, model).fit(train, train_truth)
    said, test_said = predict(model, validation), predict(model, test)
    settings[name] = tune(truth, said)
    scores[name] = {{"cost": -pay(truth, said, settings[name]), **judge(truth, said)}}
    costs[name] = pay(test_truth, test_said, settings[name])
    untuned[name] = pay(test_truth, test_said, {untuned})

# Every metric chooses its best model; of equals the one that is listed first.
choices = pd.DataFrame(scores).T.dropna(axis=1, how="all").round(12).idxmax()
chosen = choices.pop("cost")"""
RESULT = """result = {
    "n_train": len(train),
    "n_validation": len(validation),
    "n_test": len(test),
    "n_metrics": len(choices),
    "n_same": int((choices == chosen).sum()),
    "chosen": chosen,
    "chosen_cost": costs[chosen],
    "chosen_setting": settings[chosen],
}
for metric, model in choices.items():
    result[f"extra_{metric}"] = costs[model] - costs[chosen]"""
RESULT_F1 = """
top_f1 = max(score["f1"] for score in scores.values()) or np.nan
result["top_f1"] = top_f1
result["f1_price"] = 2 / top_f1 - 1  # false alarms that F1 gives for a miss"""

PRINT = """print(pd.DataFrame({"test cost": costs, "at 0.5 or unshifted": untuned}).round(2))
for name, value in result.items():
    print(f"{name:>24}: {value}")
result = {k: None if v != v else v for k, v in result.items()}
print(json.dumps(result, default=float))"""
