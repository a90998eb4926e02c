"""Decodes base64 strictly: what is sent to a model must be what was described to the person."""

import base64
import binascii


def decoded(data: object) -> bytes | None:
    """Return what a base64 text (RFC 4648, standard alphabet, padded) stands for; None where it is none."""
    if not isinstance(data, str):
        return None
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
