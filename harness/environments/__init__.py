"""Where the features run: the edges that the steps use, and for each mode who offers them and how."""
