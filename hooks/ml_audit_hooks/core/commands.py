"""Shell commands in documents, scripts, workflows, Makefiles and Dockerfiles, as lists of words with their lines."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SHELL_FENCES = frozenset(("", "bash", "sh", "shell", "console", "zsh", "cmd", "powershell", "text", "shell-session"))
_PLAIN = frozenset("'\"\\;|&#<>")  # a line without any of these is cut at its blanks
_PROMPTS = ("$ ", "> ", "% ", "# ")
_STARTERS = ("python ", "python3 ", "torchrun ", "accelerate launch ", "deepspeed ")


class Command(NamedTuple):
    """One simple command; a pipeline or an ``&&`` chain gives several."""

    line: int  # from 1, of its first word
    words: tuple[str, ...]


_LAST: list[tuple[str, tuple[Command, ...]]] = []  # several detectors ask for the commands of one document in turn


def in_markdown(text: str) -> tuple[Command, ...]:
    """The commands in the fenced and indented-by-fence code blocks of a Markdown or reStructuredText document."""
    if not _LAST or _LAST[0][0] is not text:
        _LAST[:] = [(text, tuple(_in_fences(text)))]
    return _LAST[0][1]


def _in_fences(text: str) -> Iterator[Command]:
    fence, language, start = "", "", 0
    held: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not fence:
            if bare.startswith(("```", "~~~")):
                fence = bare[:3]
                language = bare.strip("`~ {}.").split()[0].lower() if bare.strip("`~ {}.") else ""
                start, held = number + 1, []
            elif bare.startswith("$ "):
                yield from _script([bare[2:]], number)
            continue
        if bare.startswith(fence):
            if language in _SHELL_FENCES:
                yield from _script([_without_prompt(row) for row in held], start)
            else:  # commands under another language's colours: ```yaml around `python train.py`
                for at, row in enumerate(held):
                    if row.lstrip().startswith(_STARTERS) and ".py" in row:
                        yield from _script([row], start + at)
            fence = ""
        else:
            held.append(line)


def _without_prompt(line: str) -> str:
    bare = line.lstrip()
    return bare[2:] if bare.startswith(_PROMPTS[:3]) else line


def in_shell(text: str) -> Iterator[Command]:
    """The commands of a shell script."""
    return _script(text.split("\n"), 1)


def in_makefile(text: str) -> Iterator[Command]:
    """The commands of a Makefile's recipes."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("\t"):
            yield from _script([line.strip().lstrip("@-+")], number)


def in_dockerfile(text: str) -> Iterator[Command]:
    """The commands of ``RUN``, ``CMD`` and ``ENTRYPOINT``."""
    for number, line in _joined(text.split("\n"), 1):
        word, _, rest = line.strip().partition(" ")
        if word.upper() in ("RUN", "CMD", "ENTRYPOINT"):
            if rest.lstrip().startswith("["):
                words = tuple(part.strip().strip("\"'") for part in rest.strip().strip("[]").split(","))
                yield Command(number, words)
            else:
                yield from _simple(rest, number)


def in_workflow(text: str) -> Iterator[Command]:
    """The commands of ``run:``, ``script:``, ``command:`` and the like in a CI workflow."""
    block, held, start, listed = -1, [], 0, False
    for number, line in enumerate(text.split("\n"), 1):
        indent = len(line) - len(line.lstrip())
        bare = line.strip()
        if block >= 0:
            if not bare or indent > block or (listed and indent == block and bare.startswith("- ")):
                held.append(bare.removeprefix("- "))
                continue
            yield from _script(held, start)
            block = -1
        if bare.startswith("- "):
            indent, bare = indent + 2, bare[2:]
        key, colon, value = bare.partition(":")
        if colon and key.strip() in ("run", "script", "command", "before_script", "commands", "args", "entry"):
            value = value.strip()
            if value in ("", "|", ">", "|-", ">-", "|+"):
                block, held, start, listed = indent, [], number + 1, not value
            else:
                yield from _script([value.strip("\"'[]")], number)
    if block >= 0:
        yield from _script(held, start)


def _joined(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    """Lines with backslash continuations joined, each with the number of its first line."""
    first, held = 0, ""
    for number, line in enumerate(lines, start):
        if not held:
            first = number
        stripped = line.rstrip()
        if stripped.endswith("\\"):
            held += stripped[:-1] + " "
            continue
        yield first, held + line
        held = ""
    if held:
        yield first, held


def _script(lines: list[str], start: int) -> Iterator[Command]:
    for number, line in _joined(lines, start):
        yield from _simple(line, number)


def _simple(line: str, number: int) -> Iterator[Command]:
    """The simple commands of one line; comments, assignments in front and redirections are dropped."""
    words: list[str] = []
    for word in [*_words(line), ";"]:
        if word in (";", "&&", "||", "|", "&"):
            while words and "=" in words[0] and words[0].partition("=")[0].replace("_", "a").isalnum():
                words = words[1:]
            if words:
                yield Command(number, tuple(words))
            words = []
        else:
            words.append(word)


def _words(line: str) -> Iterator[str]:
    """A line cut as a shell would: quotes joined and removed, operators by themselves, a comment ends it."""
    if _PLAIN.isdisjoint(line):
        yield from line.split()
        return
    word, quote, begun = "", "", False
    i = 0
    while i < len(line):
        char = line[i]
        if quote:
            if char == quote:
                quote = ""
            else:
                word += char
        elif char in "'\"":
            quote, begun = char, True
        elif char == "\\" and i + 1 < len(line):
            word += line[i + 1]
            i += 1
        elif char.isspace() or char in ";|&":
            if word or begun:
                yield word
            word, begun = "", False
            if char in ";|&":
                double = line[i : i + 2] in ("&&", "||")
                yield line[i : i + 2] if double else char
                i += double
        elif char == "#" and not word:
            break
        else:
            word += char
        i += 1
    if word or begun:
        yield word
