"""Who approved which condition, bound to the content that was approved: when that changes, the approval reopens."""
