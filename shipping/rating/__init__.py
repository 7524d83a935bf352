"""The rate engine: which service can carry a parcel, for how much, arriving when."""
