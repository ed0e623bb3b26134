"""Under or over? Diagnoses from errors on old and new rows, and remedies that are really applied."""
