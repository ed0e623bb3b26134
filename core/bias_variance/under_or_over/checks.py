"""Runs that prove the practice items about under- and overfitting; see `core.practice.proof`."""
