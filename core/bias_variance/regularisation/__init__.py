"""How hard should a model be held back? Penalties, small trees and early stopping, from weak to strong."""
