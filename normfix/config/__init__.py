"""What the user has set: settings, selection, target, declared requirements, and the folder for caches.

It knows no rule and no source text.
"""
