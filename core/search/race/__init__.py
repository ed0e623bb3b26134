"""Grid, random, Bayesian: one race on one real surface, at equally many fits."""
