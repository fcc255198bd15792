"""Where the packaged program begins: what its child processes need comes before anything of Qt."""

import multiprocessing
import os
import sys

# The bootloader puts the package's libraries first for itself, and keeps what stood there under another name. They are
# loaded by now, so what this program starts (xdg-open, a browser) gets the system's again. Where it starts itself, its
# bootloader puts them first anew.
FOR_ITSELF = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def restore_environment() -> None:
    """Let child processes find the libraries that they would find without this package."""
    for name in FOR_ITSELF:
        before = os.environ.pop(name + "_ORIG", None)
        if before:
            os.environ[name] = before
        elif getattr(sys, "frozen", False):
            os.environ.pop(name, None)


if __name__ == "__main__":
    restore_environment()
    # A child that multiprocessing starts is this very program again: it must not open a window.
    multiprocessing.freeze_support()

    from cowrite.__main__ import entry

    entry()
