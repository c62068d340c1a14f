"""The register of breaches (GDPR art. 33(5))."""
