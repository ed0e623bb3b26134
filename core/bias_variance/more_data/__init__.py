"""Will more data help? A forecast from a learning curve, and the truth when rows are really added."""
