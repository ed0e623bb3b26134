"""Stop the hopeless early: what a pruner saves, and how often it stops the winner."""
