"""SAP Cloud ALM: the interface as an administrator sees it."""
