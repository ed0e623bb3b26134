"""Why three sets? The best of many looks at one test set, and what it is really worth."""
