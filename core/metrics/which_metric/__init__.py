"""Which metric should decide? The decision, the price of each mistake, and then the metric."""
