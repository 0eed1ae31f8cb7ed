"""Large arrays go back to the system when they are freed."""

from __future__ import annotations

import ctypes
import sys

# glibc's options: free memory at a heap's end and size of a block from which it goes back, bytes;
# number of heaps: a thread of its own leaves holes in one of its own
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, LARGE = -1, -3, 1 << 20
M_ARENA_MAX, HEAPS = -8, 2


def give_back_large_arrays() -> None:
    """Ask the C library to return blocks of a megabyte and more to the system at once.

    glibc raises that size as a program frees large blocks, up to 32 MB; arrays over millions of
    pairs then leave holes in its heaps (on a county of 9,404 x 138 a fifth of the memory). What
    reading a county left behind is given back too. Other C libraries are left as they are.
    """
    if "pyarrow" in sys.modules:  # it has a heap of its own
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    library = _library()
    if library is not None:
        library.mallopt(M_TRIM_THRESHOLD, LARGE)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_ARENA_MAX, HEAPS)
        library.malloc_trim(0)


def give_back() -> None:
    """Return what is free in the heaps now, in small blocks too."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """glibc, if this is it."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") else None  # musl has none
