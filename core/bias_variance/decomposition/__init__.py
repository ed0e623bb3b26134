"""Why does the best model make mistakes? A known truth, many fresh samples, and the error taken apart."""
