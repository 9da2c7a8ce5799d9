"""The evidence of a run: what went over the edges, as a stream of Cucumber Messages."""
