"""The sizes of a model that is installed, and whether it can be in memory beside another."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import decode
from cowrite.engine.cards import Shape
from cowrite.localization import tr
from cowrite.models.fitting import Machine, both_fit, fit, shape_like, shape_of
from cowrite.models.importable import CONFIG
from cowrite.models.store import InstalledModel


def shape_of_installed(model: InstalledModel) -> Shape:
    """What its config.json says, or what models of so many parameters usually are."""
    try:
        config = decode(read_json_file(model.path / CONFIG), dict[str, object])
        return shape_of(config, model.manifest.name)
    except (OSError, SchemaError, KeyError, TypeError, ValueError, ArithmeticError):
        return shape_like(model.manifest.parameters, model.manifest.name)


def require_room_beside(first: InstalledModel, second: InstalledModel, machine: Machine) -> None:
    """Raise UserError if ``second`` cannot be in memory while ``first`` is: one would push the other to the disk."""
    shapes = shape_of_installed(first), shape_of_installed(second)
    if both_fit(*shapes, machine):
        return
    needed = sum(fit(each, machine, is_installed=True).memory_bytes for each in shapes)
    raise UserError(
        tr(
            "The model for passages, “{model}”, does not fit here beside “{other}”: together they need {needed:.1f} GB "
            "of memory.",
            model=second.manifest.name,
            other=first.manifest.name,
            needed=needed / 1e9,
        ),
        tr("Choose a smaller model for passages."),
    )
