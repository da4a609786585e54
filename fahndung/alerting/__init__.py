"""The ways on which an alarm reaches a person: mail, a program, a webhook. Knows no ledger and decides nothing."""
