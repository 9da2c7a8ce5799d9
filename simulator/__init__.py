"""The landscape around the contract interface: ICI, API Management, CPI, the ECC systems and the monitoring."""
