"""What tests share: real databases, a real browser, a real server on loopback."""
