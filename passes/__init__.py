"""The passes of fungible: how the IR changes. No torch import."""
