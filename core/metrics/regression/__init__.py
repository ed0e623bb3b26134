"""How wrong is a regression? One point dragged through a real fit, and what each metric makes of it."""
