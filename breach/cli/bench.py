"""`breach bench NAME`: run one measurement of breach/bench and print it beside its baseline."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import click

from breach import bench


def names() -> list[str]:
    """Return the measurements there are: the public modules of breach.bench."""
    return sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name[0] != "_")


def measure(name: str) -> Mapping[str, object]:
    """Run one measurement; see `line` for the keys of its result."""
    run: Callable[[], Mapping[str, object]] = importlib.import_module(f"{bench.__name__}.{name}").run
    return run()


def line(name: str, result: Mapping[str, Any]) -> str:
    """Return the measurement as one line.

    what: what was counted; figure: how much, in unit; baseline: the same unit, from the same run;
    ratio: figure over baseline, as the module defines it. Anything further is shown as `name=value`.
    """
    shown = ("what", "figure", "unit", "baseline", "ratio")
    said = f"{name}: {result['what']}: {_number(result['figure'])} {result['unit']}"
    if result.get("baseline") is not None:
        said += f"; baseline {_number(result['baseline'])}; ratio {_number(result['ratio'])}"
    rest = ", ".join(f"{key}={_number(value)}" for key, value in result.items() if key not in shown)
    return f"{said} ({rest})" if rest else said


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


class MeasurementName(click.ParamType[list[str]]):
    """The name of a module of breach.bench, or `all`."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Return the names of the modules to run; fail with the list of those that there are."""
        if value == "all":
            return names()
        if value not in names():
            self.fail(
                f"no measurement {value!r}; there are: {', '.join(names()) or 'none'}, or all", param, ctx
            )
        return [value]


@click.command("bench")
@click.argument("chosen", metavar="NAME", type=MeasurementName())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def command(chosen: list[str], as_json: bool) -> None:
    """Measure NAME (or all) and print the figure beside its baseline of the same run."""
    for name in chosen:
        result = measure(name)
        click.echo(json.dumps({"name": name, **result}) if as_json else line(name, result))
