"""Leakage detective: nine pipelines, each as found and mended, run on the same rows."""
