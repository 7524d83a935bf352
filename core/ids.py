"""Public ids: URL-safe, unguessable, without letters that people mix up."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32
PUBLIC_ID = "[0-9a-z]{16}"


def new_public_id() -> str:
    """Return 16 characters, 80 bits of chance."""
    bits = secrets.randbits(80)
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
