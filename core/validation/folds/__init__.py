"""How do the folds fall? Every splitter row by row, and what the wrong one costs."""
