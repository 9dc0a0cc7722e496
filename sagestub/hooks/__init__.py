"""The doors: where calls are caught, and how the outside is put back when the mock is left.

Knows HTTP, botocore's emitters, the environment and `time.sleep`; knows of a world only a callable
that answers a request. Every door is installed when the first mock is entered and taken away when the
last is left.
"""
