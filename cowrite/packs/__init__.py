"""Parts of the program that are downloaded apart from it, such as a torch for graphics cards.

A pack is a folder of unpacked wheels that is put first on the path before torch is imported, see docs/adr/0069.
"""
