"""The tables that come with scikit-learn: measured in the world, read from its files."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from core.datasets.dataset import Column, Dataset

SKLEARN_LICENCE = "BSD 3-Clause, as part of scikit-learn; original data: {}"
UNKNOWN = "Nobody knows the law behind it: the rows were measured in the world."


def _reader(
    make: Callable[[], pd.DataFrame],
) -> Callable[[], tuple[pd.DataFrame, bytes]]:
    def read() -> tuple[pd.DataFrame, bytes]:
        table = make()
        return table, table.to_csv(index=False, lineterminator="\n").encode()

    return read


def _with_names(bunch: Any, target: str) -> pd.DataFrame:
    """Return the features of a scikit-learn bunch and its classes by their names."""
    names = bunch.target.map(dict(enumerate(bunch.target_names)))
    table: pd.DataFrame = bunch.data.assign(**{target: names.astype("str")})
    return table


def _read_breast_cancer() -> pd.DataFrame:
    from sklearn.datasets import load_breast_cancer  # listing stays light

    # scikit-learn codes malignant as 0; words cannot be mixed up.
    return _with_names(load_breast_cancer(as_frame=True), "diagnosis")


CELL_MEASURES = {
    "radius": ("distance from the centre of the nucleus to its edge", "image units"),
    "texture": ("standard deviation of the grey values", "grey levels"),
    "perimeter": ("length of the edge", "image units"),
    "area": ("area of the nucleus", "square image units"),
    "smoothness": ("local variation of the radius, as a share of it", None),
    "compactness": ("perimeter² / area − 1", None),
    "concavity": ("how deep the dents of the edge are, as a share of the radius", None),
    "concave points": ("share of the edge that is dented", None),
    "symmetry": ("difference between the two halves, as a share", None),
    "fractal dimension": ("how rough the edge is (“coastline approximation” − 1)", None),
}
CELL_STATISTICS = {
    "mean {}": "{}: mean over the nuclei of the image",
    "{} error": "{}: standard error of that mean",
    "worst {}": "{}: mean of the three largest values",
}

BREAST_CANCER = Dataset(
    name="breast_cancer",
    title="Breast cancer",
    task="binary",
    target="diagnosis",
    positive="malignant",
    row_noun=("tumour", "tumours"),
    positive_noun=("malignant tumour", "malignant tumours"),
    negative_noun=("benign tumour", "benign tumours"),
    columns=(
        *(
            Column(name=name.format(measure), meaning=words.format(meaning), unit=unit)
            for name, words in CELL_STATISTICS.items()
            for measure, (meaning, unit) in CELL_MEASURES.items()
        ),
        Column(name="diagnosis", meaning="malignant or benign", kind="target"),
    ),
    n_rows=569,
    licence=SKLEARN_LICENCE.format("CC BY 4.0"),
    provenance=(
        "Wolberg, Mangasarian, Street and Street: Breast Cancer Wisconsin (Diagnostic), UCI "
        "Machine Learning Repository, 1995. Cell nuclei in images of fine-needle aspirates."
    ),
    is_real=True,
    truth=UNKNOWN,
    read=_reader(_read_breast_cancer),
)

UNSTATED = "source units"
"""The origin gives numbers without saying in which unit."""
WINE_MEASURES = {
    "alcohol": ("alcohol", "% of volume"),
    "malic_acid": ("malic acid", UNSTATED),
    "ash": ("ash", UNSTATED),
    "alcalinity_of_ash": ("alkalinity of the ash", UNSTATED),
    "magnesium": ("magnesium", UNSTATED),
    "total_phenols": ("phenols in total", UNSTATED),
    "flavanoids": ("flavonoids", UNSTATED),
    "nonflavanoid_phenols": ("phenols that are no flavonoids", UNSTATED),
    "proanthocyanins": ("proanthocyanins", UNSTATED),
    "color_intensity": ("strength of the colour", UNSTATED),
    "hue": ("hue", UNSTATED),
    "od280/od315_of_diluted_wines": ("absorption at 280 nm / at 315 nm, diluted", None),
    "proline": ("proline", UNSTATED),
}


def _read_wine() -> pd.DataFrame:
    from sklearn.datasets import load_wine  # listing stays light

    return _with_names(load_wine(as_frame=True), "cultivar")


WINE = Dataset(
    name="wine",
    title="Wine",
    task="multiclass",
    target="cultivar",
    row_noun=("wine", "wines"),
    columns=(
        *(
            Column(name=name, meaning=meaning, unit=unit)
            for name, (meaning, unit) in WINE_MEASURES.items()
        ),
        Column(name="cultivar", meaning="one of three grapes of one region", kind="target"),
    ),
    n_rows=178,
    licence=SKLEARN_LICENCE.format("CC BY 4.0"),
    provenance=(
        "Aeberhard and Forina: Wine, UCI Machine Learning Repository, 1991. Chemical analysis of "
        "wines from three cultivars grown in the same region of Italy."
    ),
    is_real=True,
    truth=UNKNOWN,
    read=_reader(_read_wine),
)


def _read_iris() -> pd.DataFrame:
    from sklearn.datasets import load_iris  # listing stays light

    return _with_names(load_iris(as_frame=True), "species")


IRIS = Dataset(
    name="iris",
    title="Iris flowers",
    task="multiclass",
    target="species",
    row_noun=("flower", "flowers"),
    columns=(
        *(
            Column(name=f"{part} {side} (cm)", meaning=f"{side} of the {part}", unit="cm")
            for part in ("sepal", "petal")
            for side in ("length", "width")
        ),
        Column(name="species", meaning="setosa, versicolor or virginica", kind="target"),
    ),
    n_rows=150,
    licence=SKLEARN_LICENCE.format("CC BY 4.0"),
    provenance=(
        "Fisher: The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, "
        "1936; flowers measured by Anderson."
    ),
    is_real=True,
    truth=UNKNOWN,
    read=_reader(_read_iris),
)


def _read_digits() -> pd.DataFrame:
    from sklearn.datasets import load_digits  # listing stays light

    bunch = load_digits(as_frame=True)
    table: pd.DataFrame = bunch.data.assign(digit=bunch.target)
    return table


DIGITS = Dataset(
    name="digits",
    title="Handwritten digits",
    task="multiclass",
    target="digit",
    row_noun=("digit", "digits"),
    columns=(
        *(
            Column(
                name=f"pixel_{row}_{column}",
                meaning=f"ink in row {row}, column {column} of the 8 × 8 image",
                unit="grey levels (0–16)",
            )
            for row in range(8)
            for column in range(8)
        ),
        Column(name="digit", meaning="the digit that was written, 0 to 9", kind="target"),
    ),
    n_rows=1_797,
    licence=SKLEARN_LICENCE.format("CC BY 4.0"),
    provenance=(
        "Alpaydin and Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning "
        "Repository, 1998 (its test part)."
    ),
    is_real=True,
    truth=UNKNOWN,
    read=_reader(_read_digits),
)

BLOOD_MEASURES = {
    "age": ("age", "years"),
    "sex": ("1 or 2; the source does not say which is which", None),
    "bmi": ("body mass index", "kg/m²"),
    "bp": ("average blood pressure", "mmHg"),
    "s1": ("total serum cholesterol", "mg/dL"),
    "s2": ("low-density lipoproteins", "mg/dL"),
    "s3": ("high-density lipoproteins", "mg/dL"),
    "s4": ("total cholesterol / high-density lipoproteins", None),
    "s5": ("probably the logarithm of the serum triglycerides", "log(mg/dL)"),
    "s6": ("blood sugar", "mg/dL"),
}


def _read_diabetes() -> pd.DataFrame:
    from sklearn.datasets import load_diabetes  # listing stays light

    # Unscaled, because a learner cannot read an age of 0.038.
    bunch = load_diabetes(as_frame=True, scaled=False)
    table: pd.DataFrame = bunch.data.assign(progression=bunch.target)
    return table


DIABETES = Dataset(
    name="diabetes",
    title="Diabetes progression",
    task="regression",
    target="progression",
    row_noun=("patient", "patients"),
    columns=(
        *(
            Column(name=name, meaning=meaning, unit=unit)
            for name, (meaning, unit) in BLOOD_MEASURES.items()
        ),
        Column(
            name="progression",
            meaning="how far the disease went on within a year",
            unit="points (25–346)",
            kind="target",
        ),
    ),
    n_rows=442,
    licence=SKLEARN_LICENCE.format("published with the paper, no licence stated"),
    provenance=(
        "Efron, Hastie, Johnstone and Tibshirani: Least Angle Regression, Annals of Statistics "
        "32, 2004. Values before scaling."
    ),
    is_real=True,
    truth=UNKNOWN,
    read=_reader(_read_diabetes),
)

REAL = (BREAST_CANCER, WINE, DIGITS, IRIS, DIABETES)
