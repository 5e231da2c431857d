"""``pyproject.toml``, ``uv.toml`` and the header of a script: PEP 621, 723 and 735, poetry, pdm, uv and pixi."""

from __future__ import annotations

from ml_audit_hooks.checks.lockfiles import addresses
from ml_audit_hooks.checks.lockfiles.described import described, uv_json
from ml_audit_hooks.checks.lockfiles.documents import Lines, table, tables, toml, word, words
from ml_audit_hooks.checks.lockfiles.facts import Found
from ml_audit_hooks.checks.lockfiles.grammar import Malformed
from ml_audit_hooks.checks.lockfiles.packages import CONDA, PATH, PYPI, URL, VCS, Package, normalised
from ml_audit_hooks.checks.lockfiles.requirements import package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TEMPLATES = ("{{", "{%", "<%")


def read(text: str) -> Found:
    """What a ``pyproject.toml`` says."""
    found = Found("pyproject")
    if any(mark in text for mark in _TEMPLATES) and "{{" in text and _is_template(text):
        return found
    document, lines = toml(text), Lines(text)
    project, tool = table(document, "project"), table(document, "tool")
    _project(found, project, lines)
    for group, items in table(document, "dependency-groups").items():
        _listed(found, words(items), lines, normalised(group))
    _of_poetry(found, table(tool, "poetry"), lines)
    _of_pdm(found, table(tool, "pdm"), lines)
    _of_uv(found, table(tool, "uv"), lines)
    _of_pixi(found, table(tool, "pixi"), lines)
    found.more.update(described(document))
    return found


def _is_template(text: str) -> bool:
    """Whether the file is a template of one: placeholders where values stand."""
    return "{{ " in text or "{{cookiecutter" in text or "{{copier" in text


def of_uv_toml(text: str) -> Found:
    """What a ``uv.toml`` says: of indexes."""
    found = Found("uv.toml")
    _of_uv(found, toml(text), Lines(text))
    return found


def of_pixi_toml(text: str) -> Found:
    """What a ``pixi.toml`` says."""
    found = Found("pixi.toml")
    _of_pixi(found, toml(text), Lines(text))
    return found


def of_script(text: str) -> Found | None:
    """What the header of a script asks for (PEP 723); None for one without."""
    rows, first = [], 0
    for number, line in enumerate(text.split("\n"), 1):
        if not first:
            first = number if line.rstrip() == "# /// script" else 0
        elif line.rstrip() == "# ///":
            break
        elif line.startswith("#"):
            rows.append(line[2:] if line.startswith("# ") else line[1:])
        else:
            return None
    else:
        return None
    found = Found("script")
    body = "\n".join(rows)
    document = toml(body)
    lines = Lines("\n" * first + "\n".join(rows))
    _listed(found, words(document.get("dependencies")), lines, "")
    if word(document.get("requires-python")):
        found.pythons.append((lines.of("requires-python"), "requires-python", word(document["requires-python"])))
    _of_uv(found, table(document, "tool", "uv"), lines)
    found.more["uv"] = uv_json({"project": document, "tool": document.get("tool", {})})
    return found


def _project(found: Found, project: dict[str, Any], lines: Lines) -> None:
    _listed(found, words(project.get("dependencies")), lines, "")
    for extra, items in table(project, "optional-dependencies").items():
        _listed(found, words(items), lines, normalised(extra))
    python = word(project.get("requires-python"))
    if python:
        found.pythons.append((lines.of("requires-python"), "requires-python", python))


def _listed(found: Found, items: list[str], lines: Lines, group: str) -> None:
    for text in items:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        line = lines.of(f'"{quoted}"', f"'{text}'", text)
        try:
            found.packages.append(package(text, line, found.kind, False)._replace(group=group))
        except Malformed:
            found.unread.append((None, f"holds what is no requirement: line {line}"))


# -- the tables of the tools ------------------------------------------------------------------------------------------


def _of_poetry(found: Found, poetry: dict[str, Any], lines: Lines) -> None:
    sections = [("", table(poetry, "dependencies")), ("dev", table(poetry, "dev-dependencies"))]
    sections += [(normalised(n), table(g, "dependencies")) for n, g in table(poetry, "group").items()]
    for group, section in sections:
        for name, wanted in section.items():
            line = lines.of(f"\n{name} =", f"{name} =", f"{name}=", f'"{name}"', name)
            if name.lower() == "python":
                found.pythons.append((line, "tool.poetry.dependencies.python", _poetry_range(wanted)))
                continue
            for one in wanted if isinstance(wanted, list) else (wanted,):
                found.packages.append(of_table(name, one, line, found.kind)._replace(group=group))
    for item in tables(poetry.get("source")):
        address, priority = word(item.get("url")), word(item.get("priority"))
        if address:
            secondary = item.get("secondary") is True or priority in ("secondary", "supplemental")
            option = "explicit" if priority == "explicit" else "--extra-index-url" if secondary else "--index-url"
            _index(found, lines, option, address)


def _poetry_range(wanted: object) -> str:
    return word(wanted) or word(table({"python": wanted}, "python").get("version"))


def _of_pdm(found: Found, pdm: dict[str, Any], lines: Lines) -> None:
    for group, items in table(pdm, "dev-dependencies").items():
        _listed(found, [item.removeprefix("-e ") for item in words(items)], lines, normalised(group))
    for item in tables(pdm.get("source")):
        if word(item.get("url")):
            kind = word(item.get("type"))
            option = "--find-links" if kind == "find_links" else "--index-url"
            _index(found, lines, option, word(item["url"]))
            if item.get("verify_ssl") is False:
                _index(found, lines, "--trusted-host", addresses.host(word(item["url"])), word(item["url"]))


def _of_uv(found: Found, uv: dict[str, Any], lines: Lines) -> None:
    _listed(found, words(uv.get("dev-dependencies")), lines, "dev")
    _sources(found, table(uv, "sources"))
    for item in tables(uv.get("index")):
        if word(item.get("url")):
            option = "explicit" if item.get("explicit") is True else "first-index"
            _index(found, lines, option, word(item["url"]))
    unsafe = word(uv.get("index-strategy")) not in ("", "first-index")
    for section in (uv, table(uv, "pip")):
        if word(section.get("index-url")):
            _index(found, lines, "--index-url", word(section["index-url"]))
        for address in words(section.get("extra-index-url")):
            _index(found, lines, "--extra-index-url" if unsafe else "first-index", address)
        for address in words(section.get("find-links")):
            _index(found, lines, "--find-links", address)
    for host in words(uv.get("allow-insecure-host")):
        _index(found, lines, "--trusted-host", host)


def _index(found: Found, lines: Lines, option: str, address: str, shown: str = "") -> None:
    line = lines.of(shown or address)
    found.indexes.append((line, option, addresses.without_credentials(address), None))


def _sources(found: Found, sources: dict[str, Any]) -> None:
    """Give the packages the sources that ``[tool.uv.sources]`` names for all platforms alike."""
    by_name = {normalised(name): value for name, value in sources.items()}
    for i, item in enumerate(found.packages):
        given = by_name.get(item.name)
        options = tables(given) if isinstance(given, list) else [given] if isinstance(given, dict) else []
        for one in options[:1]:
            if word(one.get("git")):
                ref = word(one.get("rev")) or word(one.get("tag")) or word(one.get("branch"))
                where = addresses.without_credentials(word(one["git"]))
                found.packages[i] = item._replace(source=VCS, where=where, reference=ref)
            elif word(one.get("url")):
                found.packages[i] = item._replace(source=URL, where=addresses.without_credentials(word(one["url"])))
            elif one.get("workspace") is True or word(one.get("path")):
                found.packages[i] = item._replace(source=PATH, where=word(one.get("path")))


def of_table(name: str, wanted: object, line: int, kind: str) -> Package:
    """A dependency of poetry or a Pipfile: a version range, or a table."""
    fields = wanted if isinstance(wanted, dict) else {}
    version = word(wanted) or word(fields.get("version"))
    extras = tuple(sorted(normalised(extra) for extra in words(fields.get("extras"))))
    marker = word(fields.get("markers"))
    made = Package(
        *(normalised(name), _exact(version, kind), line, PYPI, marker, extras, False, kind, version), declared=True
    )
    ref = word(fields.get("rev")) or word(fields.get("ref")) or word(fields.get("tag")) or word(fields.get("branch"))
    if word(fields.get("git")):
        where = addresses.without_credentials(word(fields["git"]))
        return made._replace(source=VCS, where=where, reference=ref or addresses.reference(where), version="")
    address = word(fields.get("url")) or word(fields.get("file"))
    if address:
        return made._replace(source=addresses.source(address), where=addresses.without_credentials(address))
    if word(fields.get("path")):
        return made._replace(source=PATH, where=word(fields["path"]))
    return made


def _exact(version: str, kind: str) -> str:
    """The version that a range of poetry or pipenv is, "" for a true range: poetry takes ``1.2.3`` as ``==1.2.3``."""
    bare = version.strip().lstrip("=").strip()
    operator = version.strip().startswith("==") or (kind != "pipfile" and not version.strip().startswith("="))
    return bare if operator and bare[:1].isdigit() and not set(bare) & set(" ,*|<>^~") else ""


def _of_pixi(found: Found, pixi: dict[str, Any], lines: Lines) -> None:
    if not pixi:
        return
    sections = [("pixi", pixi)]  # what every environment holds, unless it leaves out the default feature
    sections += [(f"pixi-{normalised(name)}", part) for name, part in table(pixi, "feature").items()]
    sections += [(f"{group}-target", part) for group, own in sections for part in table(own, "target").values()]
    for group, section in sections:
        for name, wanted in table(section, "dependencies").items():
            version = word(wanted) or word(table({"x": wanted}, "x").get("version"))
            line = lines.of(f"{name} =", f"{name}=", name)
            if name == "python":
                found.pythons.append((line, "dependencies.python", version))
            exact = (
                version.lstrip("=") if version.startswith("==") and "*" not in version and "," not in version else ""
            )
            found.packages.append(
                Package(
                    name.lower(), exact, line, CONDA, kind=found.kind, specifier=version, group=group, declared=True
                )
            )
        for name, wanted in table(section, "pypi-dependencies").items():
            line = lines.of(f"{name} =", f"{name}=", name)
            found.packages.append(of_table(name, wanted, line, "pipfile")._replace(kind=found.kind, group=group))
    found.more["pixi"] = tuple(sorted({*words(table(pixi, "workspace").get("platforms"))}))
