"""Reads the sources: fetches, parses and checks; computes nothing about coverage."""
