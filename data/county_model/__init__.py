"""What the models of counties share: land, neighbours, zones, children, schools and files.

The folders ``xunhua`` and ``dari`` draw their counties with it; nothing here is real.
"""
