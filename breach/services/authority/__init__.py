"""The notification to Datatilsynet (GDPR art. 33)."""
