"""The mapping core: pure functions over one case, from ICI's fields to the fields of ZMM_ICMCONTRACT."""
