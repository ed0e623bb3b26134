"""Every trial a run: one search logged flat, nested, in one go, and by MLflow's own storage for Optuna."""
