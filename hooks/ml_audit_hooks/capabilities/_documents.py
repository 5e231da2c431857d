"""Documents for people, taken apart: commands, code blocks and pictures with their lines."""

from __future__ import annotations

from ml_audit_hooks.capabilities._patterns import Pattern
from ml_audit_hooks.core.commands import Command, in_shell
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("Markdown", "reStructuredText")
# Python prompts stay: they are code. "(env) $ " is how a shell with an environment shows.
_PROMPT = Pattern(r"^\s*(?:\([\w.-]+\)\s*)?(?:[\w@.~:/-]*\$\s+|>\s+|%\s+|!\s*)")
_INLINE = Pattern(r"(`{1,2})([^`\n]+)\1|<code>([^<]+)</code>")
_RST_BLOCK = Pattern(r"^(\s*)\.\.\s+(?:code-block|code|sourcecode|prompt)::\s*(\S*)")
_MARKDOWN_IMAGE = Pattern(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)")
_HTML_IMAGE = Pattern(r"<(?:img|source)\b[^>]*?\bsrc(?:set)?\s*=\s*[\"']?([^\"'\s>]+)[^>]*>", ignore_case=True)
_ALT = Pattern(r"\balt\s*=\s*[\"']([^\"']*)", ignore_case=True)
_RST_IMAGE = Pattern(r"^\s*\.\.\s+(?:(\|[^|]*\|)\s+)?(?:image|figure)::\s*(\S+)")
_MARKDOWN_REFERENCE = Pattern(r"^\s*\[([^\]]+)\]:\s*(\S+\.(?:png|jpe?g|gif|svg|webp))\b", ignore_case=True)
_PLACEHOLDER = Pattern(
    r"<[A-Za-z][^<>]*>|/path/to\b|\bpath/to/|\bPATH_TO|\bYOUR_|\byour[_-]|\bXXX|\{[a-z_ -]+\}|(?:^|\s)(?:\.\.\.|…)"
    r"|\[[A-Z_ ]{3,}\]|(?<!\w)[A-Z][A-Z_]*_(?:PATH|DIR|FILE|NAME|ID|KEY|TOKEN|FOLDER|ROOT)\b(?!=)|/(?:home|Users)/\w+/"
)
_ANGLES = Pattern(r"<[A-Za-z_][\w -]*>|\bYOUR_|\byour[_-](?:api|key|token)")


class Block(NamedTuple):
    """A piece of a document that is code."""

    line: int  # from 1, of its first line
    language: str  # lower case; "" where none is named
    lines: tuple[str, ...]


class Picture(NamedTuple):
    """An image or a drawn diagram."""

    line: int
    target: str  # path or address; "" of a diagram written as text
    alt: str
    linked: bool  # leads elsewhere, as badges and buttons do
    early: bool  # stands before the first sentence of the document, as banners do


def has_placeholder(text: str) -> bool:
    """Whether a command leaves something for the reader to fill in."""
    return bool(_PLACEHOLDER.search(text))


def has_blank(code: str) -> bool:
    """Whether a piece of code has an angle-bracket blank or a key to fill in."""
    return bool(_ANGLES.search(code))


_LAST: list[tuple[str, tuple[Block, ...]]] = []  # several questions are asked of one document in turn


def blocks(text: str, language: str | None) -> tuple[Block, ...]:
    """The code blocks: fences of Markdown, directives and literal blocks of reStructuredText."""
    if not _LAST or _LAST[0][0] is not text:
        _LAST[:] = [(text, tuple(_literal(text) if language == "reStructuredText" else _fenced(text)))]
    return _LAST[0][1]


def _fenced(text: str) -> Iterator[Block]:
    fence, name, start = "", "", 0
    held: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip().lstrip(">").lstrip()
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0] + " "):
                yield Block(start, name, tuple(held))
                fence = ""
            else:
                held.append(line)
        elif bare.startswith(("```", "~~~")):
            fence = bare[: len(bare) - len(bare.lstrip(bare[0]))]
            words = bare.strip("`~ {}.").replace(",", " ").split()
            name, start, held = words[0].lower() if words else "", number + 1, []


def _literal(text: str) -> Iterator[Block]:
    name, start, depth = "", 0, -1
    held: list[str] = []
    for number, line in enumerate([*text.split("\n"), "end"], 1):
        indent = len(line) - len(line.lstrip())
        if depth < 0 and line.lstrip().startswith(">>> "):
            depth, name, held, start = indent, "pycon", [line], number
            continue
        if depth >= 0:
            if not line.strip() or indent > depth or (name == "pycon" and line.lstrip().startswith((">>>", "..."))):
                if held or (line.strip() and not line.strip().startswith(":")):
                    start = start if held else number
                    held.append(line)
                continue
            if held:
                yield Block(start, name, tuple(held))
            depth = -1
        directive = _RST_BLOCK.match(line)
        if directive:
            depth, name, held = indent, directive[2].lower(), []
        elif line.rstrip().endswith("::") and not line.lstrip().startswith(".. "):
            depth, name, held = indent, "", []


def commands(text: str, language: str | None) -> Iterator[Command]:
    """The commands that a reader is told to type: in code blocks, between backticks, indented or after a prompt."""
    covered: set[int] = set()
    for block in blocks(text, language):
        covered.update(range(block.line - 1, block.line + len(block.lines) + 1))
        for at, words in in_shell("\n".join(_PROMPT.sub("", row) for row in block.lines)):
            yield Command(block.line + at - 1, words)
    for number, line in enumerate(text.split("\n"), 1):
        if number in covered:
            continue
        if line.startswith(("    ", "\t", "$ ", "<pre>")):
            for _, words in in_shell(_PROMPT.sub("", line.replace("<pre>", ""))):
                yield Command(number, words)
        for found in _INLINE.finditer(line) if "`" in line or "<code>" in line else ():
            for _, words in in_shell(_PROMPT.sub("", found[2] or found[3])):
                yield Command(number, words)


def pictures(text: str, language: str | None) -> Iterator[Picture]:
    """Images and mermaid or graphviz diagrams."""
    for block in blocks(text, language):
        if block.language == "mermaid":
            yield Picture(block.line - 1, "", "mermaid", False, False)
    early, fence, link = True, False, False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            fence = not fence
        if fence:
            continue
        if bare.startswith(("[//]:", "<!--")):
            continue
        for found in _MARKDOWN_IMAGE.finditer(line) if "![" in line else ():
            yield Picture(number, found[2], found[1], _leads_away(line, found.start(), found[2]), early)
        for found in _HTML_IMAGE.finditer(line) if "<" in line else ():
            alt = _ALT.search(found[0])
            yield Picture(
                number, found[1], alt[1] if alt else "", link or _leads_away(line, found.start(), found[1]), early
            )
        reference = _MARKDOWN_REFERENCE.match(line) if "]:" in line else None
        if reference and f"][{reference[1]}]" in text.replace("![]", f"![][{reference[1]}]"):
            yield Picture(number, reference[2], reference[1], False, False)
        directive = _RST_IMAGE.match(line) if bare.startswith("..") else None
        if directive and not directive[1]:
            yield Picture(number, directive[2], "", False, early)
        elif bare.startswith((".. mermaid::", ".. graphviz::")):
            yield Picture(number, "", "mermaid", False, False)
        link = line.rfind("<a ") > line.rfind("</a>") or (link and "</a>" not in line)
        if early and is_sentence(bare):
            early = False


def _leads_away(line: str, start: int, target: str) -> bool:
    """Whether an image in a line is a link to anything but itself, as in ``[![…](a)](b)``."""
    before = line[:start]
    if before.endswith("["):
        after = line[start:].partition(")](")[2].partition(")")[0]
    elif before.rfind("<a ") > before.rfind("</a>"):
        after = before[before.rfind("<a ") :].partition("href=")[2].strip("\"'> ")
    else:
        return False
    return bool(after) and after.rpartition("/")[2] != target.rpartition("/")[2]


def is_sentence(bare: str) -> bool:
    """Whether a line is prose: eight words that are neither a heading, a badge, a link list nor a table."""
    if bare.startswith(("#", "|", "<", "[![", "![", "..", "```", "[//]")):
        return False
    words = bare.split()
    return len(words) >= 8 and len([word for word in words if word.strip("*_.,:;()").isalpha()]) >= 8
