"""The consolidation report as people and programs get it: one module for each format."""
