"""The imperative shell: the one room where time acts. Publishing, takedown, verification, the account of it."""
