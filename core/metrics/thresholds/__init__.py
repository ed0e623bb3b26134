"""Is 95 % accuracy good? One trained model, every threshold, and what each one costs."""
