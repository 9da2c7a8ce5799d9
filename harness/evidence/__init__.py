"""The evidence of a run: what went over the edges while the features ran, as one stream of Cucumber Messages."""
