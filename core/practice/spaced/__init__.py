"""Spaced review: each question comes back, with other numbers, shortly before it would be forgotten."""
