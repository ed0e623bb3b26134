"""What a run of MLflow holds: logged by hand, by autolog, by autolog too late, and by a search."""
