"""Why is my price model too cheap? A model of the logarithm, turned back, and the factor it lacks."""
