"""Why do many weak models beat one strong one? Bagging, boosting and stacking, taken apart."""
