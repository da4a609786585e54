"""The ledger: what was attempted, what is online, what came down; tamper-evident. Decides nothing."""
