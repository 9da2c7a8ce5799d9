"""Where the features run: what the steps need, and the environments that offer it."""
