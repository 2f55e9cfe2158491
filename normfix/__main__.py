"""`python -m normfix`: the same as the `normfix` command."""

from normfix.cli.main import main

if __name__ == "__main__":
    main()
