"""A case: opening it, its steps, its awareness and its deadline."""
