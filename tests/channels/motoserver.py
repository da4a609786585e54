"""Runs moto as ``python -m moto.server`` does, but for one thing: it does not list its folder anew for each request."""

import moto.backends
import moto.server

_MODULES = tuple(moto.backends.list_of_moto_modules())


if __name__ == "__main__":
    moto.backends.list_of_moto_modules = lambda: _MODULES
    moto.server.main()
