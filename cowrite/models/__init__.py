"""Which models there are, which are installed, and how one gets onto this machine whole or not at all.

Owns the catalogue and the model folder. Does not import torch: conversion and measurement are handed in.
"""
