"""Every experiment a real MLflow run: where runs are kept, how they get there, how they are found."""
