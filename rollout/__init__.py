"""The same program over many accounts: planned in waves, run as stacks, and written down in a journal."""
