"""Reports over all ECC systems."""
