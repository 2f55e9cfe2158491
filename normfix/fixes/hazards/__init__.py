"""Why a rewrite that is right by its rule may still change numbers where it stands.

It may know the code around a site. It must not make edits: a hazard lowers the trust in them, or withholds them.
"""
