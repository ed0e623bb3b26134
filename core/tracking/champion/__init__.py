"""From run to champion: versions of a registered model, aliases that move, and who answers a request."""
