"""Versions of the schema, run by `breach.store.migrate`."""
