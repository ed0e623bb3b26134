"""How good a model will be on data it has never seen, and what it costs to know."""
