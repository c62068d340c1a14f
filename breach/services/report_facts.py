"""How a report becomes facts of the risk assessment: what was not said stays unknown."""

from typing import Any
