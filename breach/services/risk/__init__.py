"""Facts, the assessment of the risk, and the decision by two."""
