"""fahndung: public search appeals that are published lawfully, taken down on time, and proven gone."""

__version__ = "0.1.0"
