"""The environments that features run in, and the interfaces that steps need of them."""
