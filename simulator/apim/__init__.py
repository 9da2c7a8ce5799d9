"""SAP API Management: the public webhook."""
