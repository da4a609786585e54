"""Originals in, fresh public pictures out, verified by re-reading.

``intake`` turns untrusted bytes into pixels inside a limited child process, ``redaction`` makes parts
unrecognisable, ``renditions`` encodes what is published, ``walker`` checks what was encoded, ``cleaning``
does the same for one file outside any case, ``evidence`` tells what an original carries.
Keeps no original and writes no file.
"""
