"""A study with Optuna: a space of one's own, searched live, and the pictures that tell what happened."""
