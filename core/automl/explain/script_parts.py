"""The texts of which the program to take home is put together: rows, model, columns."""

TITLES = {
    "columns": "Which columns does a model need, and which beat a column of noise?",
    "row": "One prediction of a model taken apart into what each column adds.",
    "samples": "How steady is the order of the columns on other samples?",
    "twins": "What becomes of the most important column when the table holds it twice?",
    "curve": "How does the prediction move with one column, and where are there any rows?",
    "cause": "Fires whose causes are known: what a model leans on need not be one.",
}
_FOREST = "(n_estimators=100, n_jobs=1, random_state=seed)"
_BOOSTING = """(
        n_estimators=100,
        n_jobs=1,
        random_state=seed,
        verbosity=-1,
        deterministic=True,
        force_row_wise=True,
    )"""
MODELS = {
    # where the class lives, its name; how it is built
    ("linear", False): (("sklearn.linear_model", "LogisticRegression"), "LogisticRegression(max_iter=1000)"),
    ("linear", True): (("sklearn.linear_model", "Ridge"), "Ridge()"),
    ("forest", False): (("sklearn.ensemble", "RandomForestClassifier"), f"RandomForestClassifier{_FOREST}"),
    ("forest", True): (("sklearn.ensemble", "RandomForestRegressor"), f"RandomForestRegressor{_FOREST}"),
    ("lightgbm", False): (("lightgbm", "LGBMClassifier"), f"LGBMClassifier{_BOOSTING}"),
    ("lightgbm", True): (("lightgbm", "LGBMRegressor"), f"LGBMRegressor{_BOOSTING}"),
}  # fmt: skip
NUMBER_STEP = """    fill = SimpleImputer(
        strategy="median", add_indicator=True, keep_empty_features=True
    )
    steps = [("numbers", make_pipeline(fill{scaler}), numbers)]
"""
WORD_STEP = """    encode = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=min(10, max(2, n_rows // 50)),
        sparse_output=False,
    )
    gaps = SimpleImputer(strategy="constant", fill_value="missing")
    steps += [("words", make_pipeline(gaps, encode), words)]
"""
MANY_STEP = """    folds = {folds}(5, shuffle=True, random_state=seed)
    means = TargetEncoder(target_type="{kind}", cv=folds)
    gaps = SimpleImputer(strategy="constant", fill_value="missing")
    steps += [("many_words", make_pipeline(gaps, means{scaler}), MANY_WORDS)]
"""
BUILD = """

def build(numbers, words, seed, n_rows):
{steps}    model = {model}
    return make_pipeline(ColumnTransformer(steps), model)


"""
FIT = """
model = build(NUMBERS, WORDS, SEED, len(train)).fit(train[FEATURES], y_train)
"""
ERROR = """

def error_of(model, rows, truth):
    return {error}


"""
COLUMNS = """# How much worse is the model when a column is shuffled?
shuffled = permutation_importance(
    model,
    judged[FEATURES],
    y_judged,
    scoring="{scoring}",
    n_repeats={n_repeats},
    random_state=SEED,
)
table = pd.DataFrame({{"rise": shuffled.importances_mean}}, index=FEATURES)
t = stats.t.ppf(0.975, {n_repeats} - 1)
half = t * shuffled.importances.std(axis=1, ddof=1) / np.sqrt({n_repeats})
table["low"], table["high"] = table["rise"] - half, table["rise"] + half
"""
OWNERS = """# Each prepared part belongs to one column.
"""
OWN_NUMBERS = """fill = model[0].named_transformers_["numbers"][0]
owners = NUMBERS + [NUMBERS[place] for place in fill.indicator_.features_]
"""
OWN_WORDS = """encode = model[0].named_transformers_["words"][-1]
for name, kept, rare in zip(
    WORDS, encode.categories_, encode.infrequent_categories_, strict=True
):
    owners += [name] * (len(kept) if rare is None else len(kept) - len(rare) + 1)
"""
OWN_MANY = "owners += MANY_WORDS\n"
OWN_TREES = "own = model[-1].feature_importances_\n"
OWN_LINEAR = """spread = model[:-1].transform(train[FEATURES]).std(axis=0)
own = np.abs(model[-1].coef_).ravel() * spread
"""
RESULT = """# The model's own list.
own = pd.Series(own / own.sum()).groupby(np.array(owners, dtype=object)).sum()
table["own"] = own.reindex(FEATURES)
table["place"] = table["own"].rank(ascending=False, method="first")

real, noise = table.iloc[:-2], table.iloc[-2:]
ceiling = max(0.0, noise["high"].max())
top = real["rise"].idxmax()
result = {
    "n_train": len(train),
    "n_judged": len(judged),
    "n_columns": len(real),
    "error": error_of(model, judged[FEATURES], y_judged),
    "train_error": error_of(model, train[FEATURES], y_train),
    "top": top,
    "top_rise": real["rise"].max(),
    "n_above": int((real["low"] > ceiling).sum()),
    "ceiling": ceiling,
    "random_rise": noise["rise"].iloc[0],
    "controls_built_in": noise["own"].sum(),
    "n_below_random": int((real["place"] > noise["place"].iloc[0]).sum()),
}
print(table.sort_values("rise", ascending=False).round(4))
"""
PRINT = """result = {
    name: value if isinstance(value, str | int) else float(value)
    for name, value in result.items()
}
for name, value in result.items():
    print(f"{name}: {value}")
print(json.dumps(result))
"""
