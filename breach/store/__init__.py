"""What is kept: SQLAlchemy models, engines, keys, the audit chain."""
