"""Rewriting: from a site to edits, from edits to a checked file."""
