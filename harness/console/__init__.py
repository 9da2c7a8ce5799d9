"""The live console of `zicm serve`: act on an agreement, and watch its event travel."""
