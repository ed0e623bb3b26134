"""The texts of the program to take home for each other way of looking at a model."""

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
result = {{
    "row_truth": y_judged[row],
    "row_prediction": said[row],
    "row_base": base,
    "row_output": output[row],
    "row_off": output[row] - base - added.sum(),
}}
"""
SAMPLES = """
few, y_few = train[FEATURES].head({most}), y_train[:{most}]
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
print(ranks.mean().sort_values())
result = {{
    "n_runs": len(runs),
    "n_steady": int(steady.sum()),
    "top_best": int(ranks[first].min()),
    "top_worst": int(ranks[first].max()),
}}
"""
TWINS = """def shuffle(model, rows, columns):
    # The chance with which scikit-learn shuffles each column.
    seed = np.random.RandomState(SEED).randint(np.iinfo(np.int32).max + 1)
    chance, order = np.random.RandomState(seed), np.arange(len(rows))
    place, found = order.copy(), []
    for _ in range({n_repeats}):
        chance.shuffle(order)
        place = place[order]
        mixed = rows.copy()
        for column in columns:
            mixed[column] = rows[column].to_numpy()[place]
        found.append(error_of(model, mixed, y_judged))
    return np.mean(found) - error_of(model, rows, y_judged)


# The column whose shuffling costs most, and a copy of it.
TOP, TWIN = {top}, {twin}
alone = build(NUMBERS, WORDS, SEED, len(train)).fit(train[FEATURES], y_train)
numbers = NUMBERS + [TWIN] if TOP in NUMBERS else NUMBERS
words = WORDS + [TWIN] if TOP in WORDS else WORDS
learn = train[FEATURES].assign(**{{TWIN: train[TOP]}})
judge = judged[FEATURES].assign(**{{TWIN: judged[TOP]}})
doubled = build(numbers, words, SEED, len(train)).fit(learn, y_train)
result = {{
    "twin_of": TOP,
    "error": error_of(alone, judged[FEATURES], y_judged),
    "alone_rise": shuffle(alone, judged[FEATURES], [TOP]),
    "doubled_error": error_of(doubled, judge, y_judged),
    "original_rise": shuffle(doubled, judge, [TOP]),
    "copy_rise": shuffle(doubled, judge, [TWIN]),
    "both_rise": shuffle(doubled, judge, [TOP, TWIN]),
}}
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
result = {{
    "moved": column,
    "curve_low": mean[held].min(),
    "curve_high": mean[held].max(),
    "unsupported": 1 - len(held) / len(grid),
    "against": np.mean(ways * way < 0),
}}
"""
CAUSE = """SEED = {seed}


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
result = {{
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
