"""Large arrays go back to the system when they are freed."""

from __future__ import annotations

import ctypes
import sys

# glibc's options: free memory at a heap's end, and size of a block, from which it goes back; bytes
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, LARGE = -1, -3, 1 << 20


def give_back_large_arrays() -> None:
    """Ask the C library to return blocks of a megabyte and more to the system at once.

    glibc raises that size as a program frees large blocks, up to 32 MB; arrays over millions of
    pairs then leave holes in its heaps (on a county of 9,404 x 138 a fifth of the memory). What
    reading a county left behind is given back too. Other C libraries are left as they are.
    """
    if "pyarrow" in sys.modules:  # it has a heap of its own
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):  # musl has none
        library.mallopt(M_TRIM_THRESHOLD, LARGE)
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.malloc_trim(0)
