"""The release gate's reading of a finished artefact: what must not be in it is looked for in every corner."""
