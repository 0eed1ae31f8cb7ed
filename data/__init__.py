"""Counties that ship with the library, one folder each; data/README.md describes the format."""
