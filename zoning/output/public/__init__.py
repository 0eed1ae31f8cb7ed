"""What leaves the bureau: a public notice with small numbers masked, and an internal edition."""

from zoning.output.public.addresses import ADDRESSES, read_addresses
from zoning.output.public.publish import EDITIONS, THRESHOLD, publish

__all__ = ["ADDRESSES", "EDITIONS", "THRESHOLD", "publish", "read_addresses"]
