"""The texts of which the program to take home is put together."""

TITLES = {
    "columns": "Which columns does a model need, and which beat a column of noise?",
    "row": "One prediction of a model taken apart into what each column adds.",
    "samples": "How steady is the order of the columns on other samples?",
    "twins": "What becomes of the most important column when the table holds it twice?",
    "curve": "How does the prediction move with one column, and where are there any rows?",
    "cause": "What a model leans on, and on fires: why that need not be a cause.",
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
COLUMNS = """
model = build(NUMBERS, WORDS, SEED, len(train)).fit(train[FEATURES], y_train)


def error_of(model, rows, truth):
    return {error}


# How much worse is the model when a column is shuffled?
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

# The model's own list: each prepared part belongs to one column.
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
RESULT = """own = pd.Series(own / own.sum()).groupby(np.array(owners, dtype=object)).sum()
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
"""
LINEAR_SHAP = """everything = model[:-1].transform(train[FEATURES])
masker = shap.maskers.Independent(everything, max_samples=len(everything))
explainer = shap.LinearExplainer(model[-1], masker)
values = np.asarray(explainer.shap_values(prepared))"""
TREE_SHAP = """explainer = shap.TreeExplainer(model[-1], feature_perturbation="tree_path_dependent")
values = np.asarray(explainer.shap_values(prepared, check_additivity=False))"""
CHOICES = {
    "highest": 'np.argsort(said, kind="stable")[-1]',
    "middle": 'np.argsort(said, kind="stable")[len(said) // 2]',
    "lowest": 'np.argsort(said, kind="stable")[0]',
    "missed": "np.abs(said - y_judged[: len(said)]).argmax()",
}
ROW = """prepared = model[:-1].transform(judged[FEATURES].head(80))
{explainer}
if values.ndim == 3:  # one layer for each class
    values = values[:, :, -1]
said = {said}
output = {output}
row = {choice}
base = float(np.ravel(explainer.expected_value)[-1])
added = pd.Series(values[row]).groupby(np.array(owners, dtype=object)).sum()
print(added.sort_values(key=abs, ascending=False))
result |= {{
    "row_truth": y_judged[row],
    "row_prediction": said[row],
    "row_base": base,
    "row_output": output[row],
    "row_off": output[row] - base - added.sum(),
}}
"""
SAMPLES = """few, y_few = train[FEATURES].head({most}), y_train[:{most}]
runs = []
for deal in range({n_seeds}):
    folds = {folds}({n_folds}, shuffle=True, random_state=SEED + deal)
    for learn, judge in folds.split(few, y_few):
        again = build(NUMBERS, WORDS, SEED + deal, len(learn))
        again.fit(few.iloc[learn], y_few[learn])
        found = permutation_importance(
            again,
            few.iloc[judge],
            y_few[judge],
            scoring="{scoring}",
            n_repeats={n_shuffles},
            random_state=SEED + deal,
        )
        runs.append(found.importances_mean)
runs = pd.DataFrame(runs, columns=FEATURES)
ranks = runs.rank(axis=1, ascending=False, method="first")
best_noise = runs.iloc[:, -2:].max(axis=1).clip(lower=0)
steady = runs.iloc[:, :-2].gt(best_noise, axis=0).all()
first = ranks.iloc[:, :-2].mean().idxmin()
result |= {{
    "n_runs": len(runs),
    "n_steady": int(steady.sum()),
    "top_best": int(ranks[first].min()),
    "top_worst": int(ranks[first].max()),
}}
"""
TWINS = """TWIN = {twin}
numbers = NUMBERS + [TWIN] if top in NUMBERS else NUMBERS
words = WORDS + [TWIN] if top in WORDS else WORDS
both = [train[FEATURES].assign(**{{TWIN: train[top]}})]
both += [judged[FEATURES].assign(**{{TWIN: judged[top]}})]
doubled = build(numbers, words, SEED, len(train)).fit(both[0], y_train)
before = error_of(doubled, both[1], y_judged)
rises = {{}}
for name, columns in {{
    "original_rise": [top],
    "copy_rise": [TWIN],
    "both_rise": [top, TWIN],
}}.items():
    # The chance with which scikit-learn shuffles each column.
    seed = np.random.RandomState(SEED).randint(np.iinfo(np.int32).max + 1)
    chance, order = np.random.RandomState(seed), np.arange(len(judged))
    rows, found = order.copy(), []
    for _ in range({n_repeats}):
        chance.shuffle(order)
        rows = rows[order]
        mixed = both[1].copy()
        for column in columns:
            mixed[column] = both[1][column].to_numpy()[rows]
        found.append(error_of(doubled, mixed, y_judged) - before)
    rises[name] = np.mean(found)
result |= {{"twin_of": top, "alone_rise": result["top_rise"], **rises}}
result["doubled_error"] = before
"""
NUMBER_GRID = """    values = train[column].dropna().to_numpy(dtype=float)
    grid = np.unique(values)
    grid = grid if len(grid) <= 25 else np.linspace(grid[0], grid[-1], 25)
    middles = (grid[1:] + grid[:-1]) / 2
    near = np.bincount(np.searchsorted(middles, values), minlength=len(grid))
    return grid, near"""
WORD_GRID = """    near = train[column].value_counts().head(12)
    return near.index.to_numpy(dtype=object), near.to_numpy()"""
CURVE = """

def choose_grid(column):
{grid}


column = {column}
grid, near = choose_grid(column)
asked = judged[FEATURES].head(200)
if column in NUMBERS:
    asked = asked.astype({{column: float}})
found = partial_dependence(
    model,
    asked,
    [column],
    custom_values={{column: grid}},
    kind="both",
    method="brute",
)
mean, single = found["average"][0], found["individual"][0]
held = np.flatnonzero(near >= max(1, 0.01 * len(train)))
way = mean[held[-1]] - mean[held[0]]
ways = single[:, held[-1]] - single[:, held[0]]
result |= {{
    "moved": column,
    "curve_low": mean[held].min(),
    "curve_high": mean[held].max(),
    "unsupported": 1 - len(held) / len(grid),
    "against": np.mean(ways * way < 0),
}}
"""
CAUSE = """

# Fires by a law: calls and engines follow the size of a fire, which no column holds.
def damage_of(fires, chance):
    return (
        chance
        - 2.0 * fires["engines"]
        + 1.5 * fires["minutes"]
        + 0.05 * fires["area_m2"]
    )


rng, n = np.random.default_rng(SEED), 2400
size = rng.lognormal(0.6, 0.6, n)
fires = pd.DataFrame(
    {{
        "calls": rng.poisson(2 * size),
        "engines": 1 + rng.poisson(1.5 * size),
        "minutes": rng.gamma(4, 2.5, n).round(1),
        "area_m2": rng.lognormal(4.6, 0.4, n).round(),
    }}
)
chance = 10 + 14.0 * size + rng.normal(0, 4.0, n)
damage = damage_of(fires, chance)
early = list(fires.columns)
fires["repair_offers"] = rng.poisson(np.clip(damage, 0, None) / 4)
learn, judge = fires.head(1800), fires.tail(600)


def train_on(columns, seed):
    fill = SimpleImputer(strategy="median", add_indicator=True)
    model = {model}
    model = make_pipeline(make_pipeline(fill{scaler}), model)
    return model.fit(learn[columns].astype(float).to_numpy(), damage[:1800])


def say(model, rows):
    return model.predict(rows.astype(float).to_numpy())


known, late = train_on(early, SEED), train_on(early + ["repair_offers"], SEED)
burning = judge.assign(repair_offers=0)
truth = damage[1800:]
result |= {{
    "early_error": root_mean_squared_error(truth, say(known, judge[early])),
    "late_error": root_mean_squared_error(truth, say(late, judge)),
    "in_use_error": root_mean_squared_error(truth, say(late, burning)),
}}
for column in ["calls", "engines"]:
    moved = judge[early].assign(**{{column: judge[column] + 2}})
    said = say(known, moved) - say(known, judge[early])
    true = damage_of(moved, chance[1800:]) - truth
    result |= {{f"{{column}}_said": said.mean(), f"{{column}}_true": true.mean()}}
"""
PRINT = """print(table.sort_values("rise", ascending=False).round(4))
result = {
    name: value if isinstance(value, str | int) else float(value)
    for name, value in result.items()
}
print(json.dumps(result))
"""
