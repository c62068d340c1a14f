"""Eleven breaches walked by browser as their people would; `python -m tests.walks` prints what each costs."""
