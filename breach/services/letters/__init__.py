"""The letter to the people affected: drafting, checking, approving."""
