"""Pages, macros and notices; a package, so that the wheel carries them."""
