"""The map of the metrics: what each one answers, and what it notices, found out by experiment."""
