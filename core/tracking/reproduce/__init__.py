"""Reproduce it: seed, data, code and environment kept or not, and whether the result is the same."""
