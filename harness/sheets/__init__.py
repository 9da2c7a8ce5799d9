"""Read sheets that people fill in by hand, CSV or XLSX: what they see is what SAP gets, or the cell is refused."""
