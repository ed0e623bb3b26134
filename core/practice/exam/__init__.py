"""The mock exam: a paper drawn after a blueprint, a clock that cannot be set back, and the result."""
