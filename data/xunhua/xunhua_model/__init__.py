"""A seeded model of a county like Xunhua: modelled data, not real schools.

facts -> terrain -> neighbours -> sites -> people -> zones -> capacity -> roads -> model
draw makes models until check finds nothing wrong with one; tables writes it.
"""
