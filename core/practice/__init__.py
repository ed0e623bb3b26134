"""Practice items whose keys are proved by running code."""
