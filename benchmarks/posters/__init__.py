"""Posters side by side with Typst and WeasyPrint: ``python -m benchmarks.posters``."""
