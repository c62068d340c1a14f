"""Measurements with their baseline in the same run; `breach bench NAME` runs one module of this package."""
