"""The data entities over OData v4, with the habits of the product."""
