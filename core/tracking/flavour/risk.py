"""The custom model of the lesson, as the text that MLflow keeps: models from code need no pickle."""

FILE = "caller.py"
CODE = '''"""A model of your own: who is to be called, from a threshold that the caller may choose."""

import mlflow
import pandas as pd
import skops.io


class Caller(mlflow.pyfunc.PythonModel):
    """Answer "call" for whoever is likely enough, and "leave" for the rest."""

    def load_context(self, context):
        # Once, when the model is loaded: not in __init__, which runs when it is logged.
        path = context.artifacts["model"]
        self.model = skops.io.load(path, trusted=context.model_config["trusted"])

    def predict(self, context, model_input: pd.DataFrame, params=None):
        chance = self.model.predict_proba(model_input)[:, 1]
        return ["call" if p > params["threshold"] else "leave" for p in chance]


mlflow.models.set_model(Caller())
'''
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
DEFAULT = 0.5
"""Of the model's signature: what counts if the caller says nothing."""
