"""Find the best run: what MLflow's search reads, what it refuses, and what it answers in silence."""
