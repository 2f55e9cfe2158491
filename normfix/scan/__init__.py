"""Finding legacy spellings: a byte gate, a binding model, and the sites that it leads to."""
