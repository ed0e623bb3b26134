"""Spaced review: what is due today, a round of it, and what the record says about the learner."""
