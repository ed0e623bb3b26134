"""Model, flavour, signature: one model packed by MLflow, opened in several ways, and what each way checks."""
