"""People, their roles, log-ins and tokens."""
