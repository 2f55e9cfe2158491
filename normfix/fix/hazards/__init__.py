"""Why a rewrite that is right by its rule may still change numbers where it stands."""
