"""How many clusters? k-means for every k from 1 to 12, and what each criterion says about k."""
