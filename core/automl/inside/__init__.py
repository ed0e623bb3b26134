"""Look inside: every decision of a pipeline, its reason, and what comes of deciding otherwise."""
