"""Writes docs/rules.md from the register: ``make rules``."""

import pathlib

from fahndung import resources
from fahndung.law import register, rulesheet

PAGE = pathlib.Path(__file__).parent / "rules.md"

if __name__ == "__main__":
    PAGE.write_text(rulesheet.markdown(register.rows(register.coverage(resources.coverage_text()))), "utf-8")
