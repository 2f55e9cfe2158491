"""Many repositories on many machines: each is checked by a process of its own, a Dask cluster says where.

It may know the API, how findings are shown, what is known of releases and the runtime checker. It must not run code of
a repository, nor write anywhere but in the folder of the results; only `fix` also makes branches, and only where it is
told to write.
"""
