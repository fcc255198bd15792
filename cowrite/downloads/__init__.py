"""Files from the network: whole, as they should be, and never fetched twice.

:class:`~cowrite.downloads.download.Download` fetches a set of parts into a folder. Wherever it is interrupted, by the
network, by the person or by a power cut, the next one goes on from the same byte (ADR 67). Nothing here is contacted
unless somebody asked for it; httpx2 is imported when the first byte is.
"""
