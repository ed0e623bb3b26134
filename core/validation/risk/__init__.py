"""How far can you trust a cross-validation score? Estimates held against an error that is known."""
