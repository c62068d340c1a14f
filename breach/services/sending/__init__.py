"""Recipients, release, sending and what the channel answers."""
