"""One stored revision, verified on reading: its case and release, its signatures, and what of the appeal has ended.

Stands between the ledger and the use cases; calls no channel and changes nothing but the acts that it is handed.
"""
