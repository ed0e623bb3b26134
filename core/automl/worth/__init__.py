"""What is this table worth? The ladder of models, climbed on a table, and what may be believed of its top."""
