"""One score for ten classes? A confusion matrix of many classes, and what each average makes of it."""
