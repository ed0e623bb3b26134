"""Can you trust a probability? One trained model, its probabilities raw and calibrated, and what happened."""
