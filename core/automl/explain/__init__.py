"""Explain the winner: which columns a model of AutoML leans on, and where such explanations mislead."""
