"""Python code by chance: every construct that radon counts or stumbles over, and layouts of lines."""

from __future__ import annotations

from hypothesis import strategies as st

_NAMES = st.sampled_from(("a", "b", "self", "f", "x1"))
_CONSTANTS = (
    "1",
    "1.0",
    "True",
    "None",
    "'s'",
    '"t:u"',
    "b'v'",
    "...",
    "0x1F",
    "'a#b'",
    "r'\\d'",
    "'''w\n\nx'''",
    "f'{a:>3}'",
)
_ATOMS = st.one_of(_NAMES, st.sampled_from(_CONSTANTS))


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def made(form: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(*parts).map(lambda found: form.format(*found))

    return st.one_of(
        made("({} + {})", inner, inner),
        made("({} and {} or {})", inner, inner, inner),
        made("(not {})", inner),
        made("-{}", _NAMES),
        made("({} < {} in {})", inner, inner, inner),
        made("({} if {} else {})", inner, inner, inner),
        made("[{} for a in {} if {} if {}]", inner, inner, inner, inner),
        made("{{{}: {} for a in b}}", inner, inner),
        made("(lambda a, b=1: {})", inner),
        made("f({},\n  {})", inner, inner),
        made("a.b[{}:{}]", inner, inner),
        made("{{**a, {}: {}}}", inner, inner),
        made("(a := {})", inner),
        made("f'{{{}}}{{a!r:{{b}}}}'", _NAMES),
        made(
            "'u' 'v'\\\n",
        ),
    )


EXPRESSIONS = st.recursive(_ATOMS, _wider, max_leaves=6)


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line.replace("\n", "\n    ") for line in lines]


_SIMPLE = st.one_of(
    EXPRESSIONS.map(lambda e: f"a = {e}"),
    EXPRESSIONS.map(lambda e: f"a.b += {e}"),
    EXPRESSIONS.map(lambda e: f"assert {e}, {e}"),
    EXPRESSIONS.map(lambda e: f"b: int = {e}; b"),
    EXPRESSIONS,
    st.sampled_from(
        (
            "pass",
            "x: int; y = 1",
            "'''doc\n\n  of lines'''",
            "'doc'",
            "# remark",
            "",
            "import a, b",
            "a = 1; b = 2  # both",
        )
        + (
            "from . import c",
            "global g",
            "a = \\\n  b",
            "if a: b; a",
            "for a in b: pass",
            "del a",
            "a = ( # why\n\n  1 )",
        )
        + ("try: pass\nfinally: a; b",)
    ),
).map(lambda line: [line])


def _block(header: str, body: list[str], *more: str) -> list[str]:
    rows = [header, *_indented([*body, "pass"])]
    for extra in more:
        rows += [extra, *_indented([*body, "a = 1"])]
    return rows


def _compound(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    body = st.lists(inner, max_size=3).map(lambda rows: [line for row in rows for line in row])
    return st.one_of(
        st.builds(lambda e, b: _block(f"if {e}:", b, "elif a:", "else:"), EXPRESSIONS, body),
        st.builds(lambda e, b: _block(f"for a in {e}:", b, "else:"), EXPRESSIONS, body),
        st.builds(lambda e, b: _block(f"while {e}:", b), EXPRESSIONS, body),
        st.builds(lambda e, b: _block(f"with {e} as a:", b), EXPRESSIONS, body),
        st.builds(lambda b: _block("try:", b, "except A:", "except B as e:", "else:", "finally:"), body),
        st.builds(lambda b: _block("try:", b, "except* A:"), body),
        st.builds(lambda e, b: _block(f"@f({e})\ndef f(a={e}, *, b: int = 1):", b), EXPRESSIONS, body),
        st.builds(lambda b: _block("async def g(a):", [*b, "async for a in b: pass"]), body),
        st.builds(lambda e, b: _block(f"@f\nclass C(B, m={e}):", b), EXPRESSIONS, body),
        st.builds(
            lambda b: ["match a:", *_indented(_block("case [1, *a]:", b, "case {'k': 1, **r}:", "case b:", "case _:"))],
            body,
        ),
        st.builds(lambda b: ["match a:", *_indented(_block("case A(b=1) | 2:", b))], body),
    )


_STATEMENTS = st.recursive(_SIMPLE, _compound, max_leaves=12)
MODULES = st.lists(_STATEMENTS, max_size=5).map(lambda rows: "\n".join(line for row in rows for line in row) + "\n")
