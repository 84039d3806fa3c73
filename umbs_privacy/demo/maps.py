"""The data maps beside this file, filled in with the place where each demo source really lies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent / "maps"


def write(urls: Mapping[str, str], folder: Path) -> list[Path]:
    """One finished data map per source in `folder`, ready for `manage.py sources_apply`; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, url in urls.items():
        template = Template((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
        path = folder / f"{key}.yaml"
        path.write_text(template.substitute(url=url), encoding="utf-8")
        path.chmod(0o600)
        written.append(path)
    return written
