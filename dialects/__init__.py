"""The dialects of fungible: what the IR is. No rewriting, no torch import."""
