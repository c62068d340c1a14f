"""Checks messages by the official MeMo schemas, where an installation has them."""

from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from lxml import etree

from breach.domain.errors import DomainError

# The folder as published: each version's core beside or above the files that it imports.
CORES: Mapping[str, str] = {
    "1.1": "memo-1.1/MeMo_core.xsd",
    "1.2": "memo-1.2/Version1.2/MeMo_core.xsd",
}


class Schemas:
    """Both versions, loaded once; a validator each, as they share their namespaces."""

    def __init__(self, folder: Path) -> None:
        self._lock = Lock()  # a validator keeps its error log: one message at a time
        try:
            self._loaded = {version: etree.XMLSchema(file=folder / core) for version, core in CORES.items()}
        except (etree.LxmlError, OSError) as error:
            raise DomainError("schemas_unreadable", folder=folder) from error

    def is_valid(self, message: bytes) -> bool:
        """Tell whether the message follows the schema of the version that it names."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
        try:
            root = etree.fromstring(message, parser)
        except etree.XMLSyntaxError:
            return False
        schema = self._loaded.get(root.get("memoVersion", ""))
        with self._lock:
            return schema is not None and schema.validate(root)
