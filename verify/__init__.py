"""What gets proved: that App Mesh's events are where they should be, whole, and kept.

Reads AWS and a manifest; never imports what provisioned them.
"""
