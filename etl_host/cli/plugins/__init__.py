"""Plugins, as the command line shows them: listed, described, begun, and what commands they bring."""
