"""Background work on DBOS, whose tables stand in the application's own database."""
