"""Where App Mesh's events land, each behind the same small protocol (`base.Store`)."""
