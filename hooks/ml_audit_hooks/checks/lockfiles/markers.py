"""Markers compared by what they say of many machines, since two tools never write one the same way."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MINORS = range(6, 17)
_SYSTEMS = {
    "darwin": ("posix", "Darwin"),
    "emscripten": ("posix", "Emscripten"),
    "linux": ("posix", "Linux"),
    "win32": ("nt", "Windows"),
}
_MACHINES = ("x86_64", "aarch64", "arm64", "AMD64", "ppc64le")
_IMPLEMENTATIONS = (("CPython", "cpython"), ("PyPy", "pypy"))


class Uncertain(Exception):
    """A marker or version range that cannot be judged."""


class Grid:
    """The machines that a marker is asked of: those whose Python is in a range."""

    def __init__(self, requires_python: str, texts: Iterable[str]) -> None:
        """`texts`: all markers that will be asked for; the Python versions that they name are among the machines'."""
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            allowed = SpecifierSet(requires_python)
        except InvalidSpecifier:
            raise Uncertain(requires_python) from None
        joined = "\n".join(texts)
        pythons = [p for p in _pythons(joined) if allowed.contains(p, prereleases=True)]
        self.extras = ("",)
        self._known: dict[str, tuple[bool, ...]] = {}
        self._machines = [
            {
                "implementation_name": low,
                "implementation_version": python,
                "os_name": _SYSTEMS[system][0],
                "platform_machine": machine,
                "platform_python_implementation": name,
                "platform_release": "",
                "platform_system": _SYSTEMS[system][1],
                "platform_version": "",
                "python_full_version": python,
                "python_version": ".".join(python.split(".")[:2]),
                "sys_platform": system,
            }
            for python in pythons
            for system in (_SYSTEMS if "emscripten" in joined else ("darwin", "linux", "win32"))
            for machine in (_MACHINES if "machine" in joined else _MACHINES[:1])
            for name, low in (_IMPLEMENTATIONS if "implementation" in joined else _IMPLEMENTATIONS[:1])
        ]

    @property
    def everywhere(self) -> tuple[bool, ...]:
        """The answer of no marker."""
        return (True,) * len(self._machines)

    def answers(self, marker: str, extra: str = "") -> tuple[bool, ...]:
        """What a marker says of each machine, with `extra` asked for. Raises Uncertain."""
        if not marker:
            return self.everywhere
        key = f"{extra}\n{marker}"
        known = self._known.get(key)
        if known is None:
            from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName

            try:
                parsed = Marker(marker)
                known = tuple(parsed.evaluate({**machine, "extra": extra}) for machine in self._machines)
            except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, ValueError, RecursionError):
                raise Uncertain(marker) from None
            self._known[key] = known
        return known


def _pythons(text: str) -> list[str]:
    """Python versions around all those that a text names."""
    import re

    found = {f"3.{minor}.{patch}" for minor in _MINORS for patch in (0, 25)}
    for minor, patch in re.findall(r"\b3\.(\d{1,2})\.(\d{1,2})\b", text):
        found |= {f"3.{minor}.{max(0, int(patch) + step)}" for step in (-1, 0, 1)}
    return sorted(found)


def same_range(one: str, other: str) -> bool:
    """Whether two ranges of Python versions hold the same versions. Raises Uncertain."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    try:
        first, second = SpecifierSet(one), SpecifierSet(other)
    except InvalidSpecifier:
        raise Uncertain(f"{one} {other}") from None
    probes = {*_pythons(f"{one} {other}"), "2.7.18", "3.0.0", "3.5.10", "4.0.0", "5.0.0"}
    probes |= {f"3.{minor}.{patch}" for minor in range(30) for patch in (0, 1, 25)}
    return all(first.contains(p, prereleases=True) == second.contains(p, prereleases=True) for p in probes)
