"""SAP Cloud ALM's part: what an administrator sees of the interface."""
