"""What the database itself refuses: triggers, and the check that they stand."""
