"""The name by which a secret is known without its value.

A fingerprint is BLAKE2b keyed with a constant of this product, cut short: 40 bits of a value of 20 characters and
more, 16 bits of a shorter one. It has to be equal on every machine and in every clone, because the base of a commit is
compared by it and the audit file is a pure function of the tree; so no key can be kept out of reach of somebody who has
this program.

What that protects against: tables of plain hashes (the SHA-1 of a detect-secrets baseline is looked up in seconds)
do not fit; a random token of 20 characters has far too many candidates to be found from 40 bits; of a short password 16
bits leave, among ten million common ones, about 150 that fit equally well, so that the audit file does not say which
it is. What it does not: whoever holds the audit file and already suspects one certain value can test it, and two equal
secrets are seen to be equal. The cut costs little: the chance that a new long secret is taken for one that the base had
is one in 10^12 a pair, that a short one is, one in 65,536.
"""

from __future__ import annotations

_KEY = b"ml-audit-hooks: fingerprint of a secret, 1"
_LONG = 20  # characters from which a value is taken to be beyond guessing


def fingerprint(value: str) -> str:
    """Ten hexadecimal digits of a long value, four of a short one."""
    from hashlib import blake2b

    size = 5 if len(value) >= _LONG else 2
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=size, key=_KEY).hexdigest()
