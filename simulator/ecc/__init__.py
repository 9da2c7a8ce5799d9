"""An SAP ECC system: the Z-tables of the interface and the logic that fills them."""
