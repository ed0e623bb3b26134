"""Imbalance, honestly: five ways to treat a rare class, on the same rows, each at its best threshold."""
