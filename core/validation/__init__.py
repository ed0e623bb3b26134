"""How good will a model be on data it has never seen? Splits, counts, estimates and leaks."""
