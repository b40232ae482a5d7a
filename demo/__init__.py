"""The demo: from a stack's configuration to the proof, on an AWS in a box."""
