"""The command `zicm`: replay recorded exchanges, look into the tables, list the test conditions."""
