"""Parallel search: what more workers buy, what they cost, and where they stop helping."""
