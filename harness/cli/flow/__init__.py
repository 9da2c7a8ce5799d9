"""`zicm flow`: run, check, explain and test an exported integration flow."""
