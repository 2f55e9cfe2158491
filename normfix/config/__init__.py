"""What the user has set: settings, selection, target, declared requirements, and the folder for caches.

It may read the files that say so. It must not know rules or source text.
"""
