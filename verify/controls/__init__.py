"""What is claimed of a trail or an event data store as it stands, one small class a claim."""
