"""Lost experiments: what can still be answered from three ways of keeping notes."""
