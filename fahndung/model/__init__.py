"""The frozen nouns of the project. No I/O, no clock."""
