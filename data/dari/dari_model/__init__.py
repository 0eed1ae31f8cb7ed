"""A seeded model of a county like Dari: modelled data, not real schools.

draw makes counties until one keeps its promises; schools says where they stand, decisions what
may become of them. What it shares with other counties is in ``data/county_model``.
"""
