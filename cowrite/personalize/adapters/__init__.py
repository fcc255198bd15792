"""The adapters on this machine: files, manifests, the registry, and forgetting.

Does not know how they were trained.
"""
