"""``python -m zoning``: the command line where scripts are not on the path."""

from zoning.cli import main

if __name__ == "__main__":
    main()
