"""Parameter or hyperparameter: what a fit finds, and what somebody must choose before it."""
