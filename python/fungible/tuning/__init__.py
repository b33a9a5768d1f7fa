"""How single products are computed, where measurements say that the target's own way is not the fastest."""
