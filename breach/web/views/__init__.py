"""Views by group of pages; every module here has a blueprint named bp."""
