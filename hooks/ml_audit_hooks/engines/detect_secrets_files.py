"""Files that detect-secrets reads in another form than line by line: INI files, and YAML through its parser.

Its transformers are used as they are; but a file that cannot be such a file is known by its bytes, before any import.
"""

from __future__ import annotations

from ml_audit_hooks.engines import detect_secrets_import as package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_ALIASES = 1_000_000  # values of a YAML file with its aliases written out


def transformed(text: str, is_yaml: bool, may_be_sections: bool) -> list[str]:
    """The lines that the engine's transformers make of a file; none where it reads it as it is."""
    if may_be_sections and (lines := sections(text, add_header=False)):
        return lines
    return _yaml(text) if is_yaml else []


def sections(text: str, add_header: bool) -> list[str]:
    """As an INI file; none where it does not parse."""
    import configparser
    from io import StringIO

    kept = configparser.ParsingError
    config = package.module("transformers.config")
    original = config.IniFileParser
    standard: Any = configparser
    try:
        standard.ParsingError = config.EfficientParsingError
        config.IniFileParser = _parser(original, config)
        return list(config._parse_file(StringIO(text), add_header=add_header))
    except (configparser.Error, ValueError, AttributeError, RecursionError):
        return []
    finally:
        config.IniFileParser = original
        standard.ParsingError = kept  # importing the engine replaced it for good


def _parser(base: Any, config: Any) -> Any:
    """The engine's reader of INI files, which finds the line of a value without compiling a pattern for each pair."""

    class Parser(base):  # type: ignore[misc]
        lines: list[str]  # what is left of the file
        line_offset: int

        def _get_value_and_line_offset(self, key: str, values: str) -> list[tuple[str, int]]:
            parts = config._construct_values_list(values)
            found: list[tuple[str, int]] = []
            if not parts:
                return found
            index = 0
            for number, line in enumerate(self.lines):
                if "pragma" in line and config._is_allowlist_nextline_secret_comment(line):
                    found.append((line, self.line_offset + number + 1))
                elif not line or line.lstrip()[:1] in (";", "#"):
                    continue
                elif index == 0:
                    if _is_pair(line, key, parts[0]):
                        found.append((parts[0], self.line_offset + number + 1))
                        index = 1
                elif index == len(parts):
                    number = number or 1
                    self.line_offset += number
                    self.lines = self.lines[number:]
                    break
                else:
                    found.append((parts[index], self.line_offset + number + 1))
                    index += 1
            else:
                self.lines = []
            return found

    return Parser


def _is_pair(line: str, key: str, value: str) -> bool:
    """Whether a line is the key, blanks and signs of assignment, and the value: ``^\\s*key[ :=]+value``."""
    line = line.lstrip()
    if not line.startswith(key):
        return False
    at = len(key)
    while line[at : at + 1] in (" ", ":", "=") and at < len(line):
        at += 1
        if line.startswith(value, at):
            return True
    return False


def _yaml(text: str) -> list[str]:
    from io import StringIO

    transformer = package.module("transformers.yaml")
    errors = (package.module("transformers.exceptions").ParsingError, transformer.yaml.YAMLError)
    try:
        if "&" in text and "*" in text and not _is_finite(transformer.YAMLFileParser(StringIO(text)).json()):
            return []
        return list(transformer.YAMLTransformer().parse_file(StringIO(text)))
    except (*errors, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return []  # the engine itself goes on only after the first two: the others end its scan


def _is_finite(document: Any) -> bool:
    """Whether a document with its aliases written out ends, and soon: the engine would walk a cycle for ever."""
    waiting, left = [document], _MAX_ALIASES
    while waiting and left:
        left -= 1
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
    return not waiting
