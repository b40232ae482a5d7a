"""Whether events land: what became of those that happened, and a probe that makes one happen."""
