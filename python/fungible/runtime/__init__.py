"""Runs compiled programs. Needs neither torch nor the compiler."""
