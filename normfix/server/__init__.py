"""The language server: what an editor has open to diagnostics, code actions and hovers, over stdio.

It may know the API, how findings are shown and what is known of rules and layers. It must not write a file: the editor
makes the edits.
"""
