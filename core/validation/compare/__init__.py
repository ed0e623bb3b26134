"""Is A really better than B? Paired comparisons, honest intervals, and the curse of picking the best."""
