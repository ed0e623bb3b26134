"""Why does a model miss: too rigid or too nervous? Errors taken apart, measured on known truths."""
