"""Who is trained on and who is measured: by tool, by API x kind, and by parameters; never by row."""

import hashlib
import json

RESERVED_TOOLS = {"siege", "hydra", "sqlmap", "slowhttptest", "own-by-id"}
"""One tool of each class is seen in the test only; for enumeration that is ffuf."""
RESERVED_KINDS = {"enumeration-ffuf"}
RESERVED_CELLS = 7
"""One in so many cells of API x kind is seen in the test only."""


def _hash(*parts: object) -> int:
    text = json.dumps(parts, sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def reserved(client: dict) -> bool:
    """Whether everything like this client is kept from training."""
    if client["tool"] in RESERVED_TOOLS or client["kind"] in RESERVED_KINDS:
        return True
    return _hash("cell", client["api"], client["kind"]) % RESERVED_CELLS == 0


def split_of(client: dict) -> str:
    if reserved(client):
        return "test"
    share = _hash("client", client["api"], client["kind"], client["parameters"]) % 100
    return "test" if share < 15 else "val" if share < 40 else "train"
