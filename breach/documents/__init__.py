"""Documents as PDF/A-2a and PDF/UA-1: archived unchanged, and read aloud by a screen reader."""
