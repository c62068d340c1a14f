"""The audit chain: events, what a transaction will append, row hashes, anchors."""
