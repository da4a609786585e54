"""Wording and page templates, one folder a language, installed as ``fahndung.templates``."""
