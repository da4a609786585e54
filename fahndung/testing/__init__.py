"""For tests of this project and of other people's channels: invented cases and pictures that carry real metadata.

Public for whoever writes a channel; nothing here is used in production.
"""
