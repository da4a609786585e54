"""Searches with random bytes that run for minutes; pytest collects nothing here."""
