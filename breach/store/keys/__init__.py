"""The keyring: master key, keys of a case, sealed values."""
