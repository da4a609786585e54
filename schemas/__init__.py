"""JSON Schemas of the project, installed as ``fahndung.schemas``."""
