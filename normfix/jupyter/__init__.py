"""The Jupyter magic: another front end on the same engine.

It may know the API and how findings are shown. It must not be imported outside of IPython.
"""
