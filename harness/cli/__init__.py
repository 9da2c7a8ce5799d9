"""The command `zicm`: a module for each subcommand, loaded by main.py when it is called."""
