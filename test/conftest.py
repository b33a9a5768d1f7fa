"""Its folder is one that modules are imported from: `python_process`."""
