"""Reports over both ECC systems."""
