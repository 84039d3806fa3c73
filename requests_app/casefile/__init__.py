"""The seam: all that `fulfillment` may call. Readers say what stands, writers what happened; none what comes next."""

from __future__ import annotations

from requests_app.exceptions import GateClosed, KeyDestroyed, NotFound, Superseded
from requests_app.vault.blobs import StorageFull

__all__ = ["GateClosed", "KeyDestroyed", "NotFound", "StorageFull", "Superseded"]
