"""Preparation before, around or inside cross-validation: fits, time and score of each."""
