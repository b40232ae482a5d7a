"""Event history: what LookupEvents and ListPublicKeys answer."""
