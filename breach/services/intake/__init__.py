"""Reports: reading, filing, drafts and status codes."""
