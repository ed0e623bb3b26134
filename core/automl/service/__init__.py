"""From best trial to a service: what a gate asks of a saved model, and what registering and serving add."""
