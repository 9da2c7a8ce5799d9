"""TCURX: the currencies that have another number of decimals than two (ISO 4217)."""

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

TCURX = dict.fromkeys(_NONE.split(), 0) | dict.fromkeys(_THREE.split(), 3)
"""Currency key to its number of decimals."""


def decimals_of(currency: str) -> int:
    """Return the number of decimals of a currency, two where it is not in the table."""
    return TCURX.get(currency, 2)
