"""Runs moto as ``python -m moto.server`` does, but that it does not list its folder anew for each request, and that it
ends at once when it is told to, whatever its threads are at.
"""

import os

import moto.backends
import moto.server

_MODULES = tuple(moto.backends.list_of_moto_modules())


if __name__ == "__main__":
    moto.backends.list_of_moto_modules = lambda: _MODULES
    moto.server.signal_handler = lambda *_: os._exit(0)
    moto.server.main()
