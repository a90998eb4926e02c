"""The scenarios that our client does not pass, and why: sign-ins that the SDK does not pass either."""

from .suite import LATEST, NEWEST_ALPHA

KNOWN: dict[tuple[str, str], str] = {
    (LATEST, "auth/2025-03-26-oauth-metadata-backcompat"): "its metadata names another issuer than it is fetched for, "
    "which the SDK refuses (RFC 8414 §3.3); the newer suite has corrected it",
    (NEWEST_ALPHA, "auth/dpop"): "the SDK makes no DPoP proofs (SEP-1932)",
    (NEWEST_ALPHA, "auth/dpop-nonce"): "the SDK makes no DPoP proofs (SEP-1932)",
    (NEWEST_ALPHA, "auth/wif-jwt-bearer"): "the SDK has no grant for a workload's own token (jwt-bearer)",
}
"""By the version of the suite and the scenario."""
