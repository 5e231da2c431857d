"""Configurations, commands and package metadata: defaults of seeds, constructors by name, entry points."""

from __future__ import annotations

from ml_audit_hooks.core import commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ml_audit_hooks.core.file import File

_TOOLS = frozenset(("torch.distributed.launch", "torch.distributed.run", "pip", "pytest"))
_SIGNS = (b"seed", b"_target_", b"random_state")


def facts(file: File) -> tuple[Any, ...]:
    """The facts of a file that is not code; () for most."""
    data = file.data
    if file.language == "YAML":
        if any(sign in data for sign in _SIGNS) or b"@package _global_" in data or b"accelerator:" in data:
            return _config(file.text)
        if b"!apply:" in data:
            return _config(file.text)
    elif file.language in ("Shell", "Makefile"):
        if b"python" in data or b"launch" in data or b"torchrun" in data:
            found = tuple(_programs(file.text, file.language))
            return ("commands", tuple(row[1:] for row in found), tuple(row[0] for row in found)) if found else ()
    elif b"scripts" in data or b"entry_points" in data:
        scripts = tuple(_scripts(file.text))
        return ("scripts", scripts, ()) if scripts else ()
    return ()


def scalar(text: str) -> Any:
    """A YAML scalar as a value: an integer, None, a flag or text."""
    bare = text.partition(" #")[0].strip().strip("\"'")
    if bare.lower() in ("", "null", "~", "none"):
        return None
    if bare.lower() in ("true", "false"):
        return bare.lower() == "true"
    digits = bare.removeprefix("-")
    return int(bare) if digits.isascii() and digits.isdigit() else bare


def _config(text: str) -> tuple[Any, ...]:
    """The facts of a configuration: "config", ((key path, value)…) of seeds, ((target, seed)…), whether it is laid
    over the whole, accelerator, ((group, option)…), functions that loading it calls, the lines of the targets."""
    keys: list[tuple[int, str]] = []
    seeds: list[tuple[str, Any]] = []
    targets: list[list[Any]] = []
    scopes: list[tuple[int, int]] = []  # (indent, index into targets) still open
    accelerator = ""
    picks: list[tuple[str, str]] = []  # (group, option) of Hydra's defaults list
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        key, colon, value = bare.partition(":")
        if bare.startswith("- ") and colon and keys and keys[-1][1] == "defaults":
            picks.append((key[2:].strip(), str(scalar(value) or "")))
        if not bare or bare.startswith(("#", "- ")) or not colon or not key.replace("_", "a").isalnum():
            continue
        indent = len(line) - len(line.lstrip())
        keys = [(i, k) for i, k in keys if i < indent] + [(indent, key)]
        scopes = [(i, t) for i, t in scopes if i <= indent]
        if key == "_target_":
            targets.append([scalar(value) or "", None, number])
            scopes.append((indent, len(targets) - 1))
        elif key in ("seed", "random_state", "random_seed", "manual_seed", "global_seed"):
            seeds.append((".".join(k for _, k in keys), scalar(value)))
            for i, t in scopes:
                if i == indent:
                    targets[t][1] = ("c", scalar(value))
        elif key == "accelerator":
            accelerator = str(scalar(value))
    is_global = "@package _global_" in text[:400]
    applied = tuple(_applied(text)) if "!apply:" in text else ()
    made = tuple((target, seed) for target, seed, _ in targets)
    lines = tuple(number for *_, number in targets)
    return "config", tuple(seeds), made, is_global, accelerator, tuple(picks), applied, lines


def _applied(text: str) -> Iterator[str]:
    """The functions that loading the configuration calls (``!apply:torch.manual_seed [1234]`` of HyperPyYAML)."""
    for part in text.split("!apply:")[1:]:
        yield part.split(None, 1)[0] if part.split() else ""


def _programs(text: str, language: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """(line, script or module path, arguments) of each Python program that is started."""
    found = commands.in_makefile(text) if language == "Makefile" else commands.in_shell(text)
    for command in found:
        words = command.words
        for at, word in enumerate(words):
            if word.endswith(".py") and not word.startswith("-") and at:
                yield command.line, word.removeprefix("./"), tuple(words[at + 1 :])
                break
            module = words[at + 1] if word == "-m" and at + 1 < len(words) else ""
            if module and module not in _TOOLS and any("python" in w for w in words[:at]):
                yield command.line, module.replace(".", "/"), tuple(words[at + 2 :])
                break


def _scripts(text: str) -> Iterator[str]:
    """``module:function`` of the console scripts in a pyproject.toml or setup.cfg."""
    inside = False
    for line in text.split("\n"):
        bare = line.strip()
        if bare.startswith("["):
            inside = bare in ("[project.scripts]", "[tool.poetry.scripts]", "[options.entry_points]")
        elif inside and "=" in bare and ":" in bare:
            target = bare.partition("=")[2].strip().strip("\"'")
            if target.replace(":", "").replace(".", "").replace("_", "").isalnum():
                yield target
