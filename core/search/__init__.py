"""Search: which settings of a model are worth trying, and who finds them with fewest fits."""
