"""Verifies the audit chain and the rows it speaks of."""
