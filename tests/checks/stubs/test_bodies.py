"""Empty bodies: which are stubs, and every reason for which one is right."""

from __future__ import annotations

import pytest

from tests.checks.stubs.support import counted, findings, kinds


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("class A:\n    pass\n", id="class"),
        pytest.param("def f(x):\n    return x\n", id="body"),
        pytest.param("def f(x):\n    if x:\n        pass\n", id="pass in a branch"),
        pytest.param("def f(x):\n    for y in x:\n        pass\n    return y\n", id="pass in a loop"),
        pytest.param("def f():\n    raise ValueError\n", id="another error"),
        pytest.param("def f():\n    raise\n", id="bare raise"),
        pytest.param("f = lambda x: None\n", id="lambda"),
        pytest.param("import abc\nclass A:\n    @abc.abstractmethod\n    def f(self): ...\n", id="abstract"),
        pytest.param("class A(Protocol[T]):\n    def f(self): ...\n", id="protocol with parameters"),
        pytest.param("class A(typing.Protocol):\n    def f(self): ...\n", id="protocol, dotted"),
        pytest.param("class A(ABC):\n    def f(self):\n        def g(): ...\n        return g\n", id="in a contract"),
        pytest.param("class A(metaclass=ABCMeta):\n    def f(self): ...\n", id="metaclass"),
        pytest.param("if TYPE_CHECKING:\n    def f(): ...\n", id="type checking"),
        pytest.param("if not typing.TYPE_CHECKING:\n    x = 1\nelse:\n    def f(): ...\n", id="else of not checking"),
        pytest.param("try:\n    import a\nexcept ImportError:\n    def f(x): pass\n", id="import fallback"),
        pytest.param("try:\n    import a\nexcept (OSError, ModuleNotFoundError):\n    def f(x): pass\n", id="several"),
        pytest.param("try:\n    from a import f\nexcept Exception:\n    def f(x): pass\n", id="any error of an import"),
        pytest.param("try:\n    import a\nexcept:\n    def f(x): pass\n", id="bare except of an import"),
        pytest.param("if A:\n    def f(x): return x\nelse:\n    def f(x): pass\n", id="other branch has the body"),
        pytest.param("try:\n    def f(x): return a(x)\nfinally:\n    pass\ndef f(x): pass\n", id="try has the body"),
        pytest.param("class A:\n    def __init__(self): pass\n", id="constructor of nothing"),
        pytest.param("class A:\n    def __init__(self, *unused): pass\n", id="constructor that takes anything"),
        pytest.param("class A:\n    def __exit__(self, *exc): pass\n", id="exit"),
        pytest.param("class A:\n    def on_start(self, x): pass\n", id="hook"),
        pytest.param("class A(B):\n    def teardown(self, x): pass\n", id="hook of a framework"),
        pytest.param("class A(B):\n    @override\n    def place(self, x): pass\n", id="override"),
        pytest.param("class NullLogger:\n    def write(self, x): pass\n", id="null object"),
        pytest.param("class MoEDummy:\n    def write(self, x): pass\n", id="double behind a run of capitals"),
        pytest.param("class AudioMixin:\n    def play(self, x): pass\n", id="mixin"),
        pytest.param("def noop(x): pass\n", id="no-op"),
        pytest.param("def fake_run(x): pass\n", id="fake"),
        pytest.param("def sink(*args, **kwargs): pass\n", id="sink"),
        pytest.param("def f(x):\n    '''Does nothing.'''\n", id="docstring says so"),
        pytest.param("def f(x):\n    '''Hook called before each step.'''\n", id="docstring says hook"),
        pytest.param("def f(x):\n    '''The logger writes nothing.'''\n", id="short docstring with nothing"),
        pytest.param("def f(x):\n    pass  # the engine does that automatically\n", id="comment says why"),
        pytest.param("def f(x):\n    # No validation is needed.\n    pass\n", id="nothing needed"),
        pytest.param("def f(x):\n    # implemented\n    # in subclasses\n    pass\n", id="comment says who"),
        pytest.param("@click.group()\ndef f():\n    '''The commands.'''\n", id="group"),
        pytest.param("@register('a', b=1)\ndef f(x): pass\n", id="registered"),
        pytest.param("@llm.prompt('a')\ndef f(x): ...\n", id="body by a decorator"),
        pytest.param("def pytest_configure(config): pass\n", id="hook of pytest"),
        pytest.param("def setup(app): pass\n", id="hook of sphinx"),
        pytest.param("class BaseX:\n    def f(self):\n        raise NotImplementedError\n", id="base class refuses"),
        pytest.param("def f():\n    raise NotImplementedError('subclasses write it')\n", id="refusal says who"),
        pytest.param("def f():\n    raise NotImplementedError('use g instead')\n", id="refusal sends elsewhere"),
        pytest.param("def f():\n    '''Should never be called.'''\n    raise NotImplementedError\n", id="never called"),
    ],
)
def test_an_empty_body_that_is_right_is_silent(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("def f(x): pass\n", "pass-body", id="pass"),
        pytest.param("def f(x):\n    '''A.'''\n", "pass-body", id="docstring"),
        pytest.param("def f(x):\n    '''A.'''\n    '''B.'''\n    pass\n", "pass-body", id="two strings"),
        pytest.param("def f(x):\n    ...\n    pass\n", "pass-body", id="ellipsis and pass"),
        pytest.param("def f(x): ...\n", "ellipsis-body", id="ellipsis"),
        pytest.param("def f(x):\n    raise NotImplementedError\n", "not-implemented", id="refusal"),
        pytest.param("def f(x):\n    raise errors.NotImplementedError('a')\n", "not-implemented", id="dotted"),
        pytest.param("def f(x):\n    pass\n    raise NotImplementedError\n", "not-implemented", id="pass and refusal"),
        pytest.param(
            "def f(x):\n    raise NotImplementedError('not yet, use g instead')\n", "not-implemented", id="yet"
        ),
        pytest.param("async def f(x): pass\n", "pass-body", id="async"),
        pytest.param("@jit\ndef f(x): pass\n", "pass-body", id="decorated"),
        pytest.param("@wraps(g)\ndef f(x): ...\n", "ellipsis-body", id="decorator that gives no body"),
        pytest.param("def g(y):\n    def f(x): pass\n    return f(y)\n", "pass-body", id="nested"),
        pytest.param("if TYPE_CHECKING:\n    x = 1\nelse:\n    def f(x): pass\n", "pass-body", id="else of checking"),
        pytest.param("try:\n    a()\nexcept Exception:\n    def f(x): pass\n", "pass-body", id="no import failed"),
        pytest.param(
            "try:\n    import a\nexcept ImportError:\n    def f(x): raise NotImplementedError\n",
            "not-implemented",
            id="refusal in an import fallback",
        ),
        pytest.param("def train(*args, **kwargs): pass\n", "pass-body", id="sink that promises work"),
        pytest.param("def f(x):\n    '''Does nothing yet.'''\n", "pass-body", id="does nothing yet"),
        pytest.param("def f(x):\n    # not needed for now\n    pass\n", "pass-body", id="not needed for now"),
        pytest.param("def f(x):  # pylint: disable=unused-argument\n    pass\n", "pass-body", id="a linter's comment"),
        pytest.param(
            "def f(x):\n    '''Nothing is built where no rows are, and a table elsewhere.'''\n",
            "pass-body",
            id="long docstring with nothing",
        ),
        pytest.param("def verify_identity(x): pass\n", "pass-body", id="identity as a noun"),
        pytest.param("class A:\n    def __init__(self, x): pass\n", "pass-body", id="constructor that drops arguments"),
        pytest.param("class A:\n    if B:\n        def f(self): pass\n", "pass-body", id="method in a branch"),
        pytest.param("class A:\n    def teardown(self): pass\n", "pass-body", id="no framework"),
        pytest.param("class A(B):\n    @override\n    def save(self, x): pass\n", "pass-body", id="override of work"),
        pytest.param("def setup(app, x): pass\n", "pass-body", id="no hook of sphinx"),
    ],
)
def test_an_empty_body_is_found(text: str, found: str) -> None:
    assert kinds(text) == [found]


def test_a_finding_names_function_line_and_text() -> None:
    text = "\n\n\nclass B:\n    @a\n    @staticmethod\n    def f(x):\n        raise NotImplementedError('one')  # why\n"
    (finding,) = counted({"src/m.py": text})["src/m.py"]
    place = (finding.code, finding.line, finding.column, finding.cell, finding.symbol)
    assert place == ("STB003", 7, 5, None, "B.f")
    assert finding.text == "raise NotImplementedError('one')"
    assert (finding.first, finding.last) == (5, 8)  # a suppression above the decorators counts


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        pytest.param("tests/helpers.py", "def f(x): pass\n", [], id="helper of tests"),
        pytest.param("tests/test_a.py", "class Double:\n    def fit(self, x): pass\n", [], id="double in a test"),
        pytest.param("vendor/a.py", "def f(x): pass\n", [], id="vendored"),
        pytest.param("src/a_pb2.py", "def f(x): pass\n", [], id="generated by name"),
        pytest.param("src/a.py", "# Generated by x. Do not edit.\ndef f(x): pass\n", [], id="generated by its head"),
        pytest.param("src/a.pyi", "def f(x): ...\n", [], id="stub file"),
        pytest.param("tests/test_a.py", "def test_f(): pass\n", [(1, "pass-body", "test_f")], id="empty test"),
        pytest.param(
            "tests/test_a.py",
            "class TestA:\n    def test_f(self): ...\n",
            [(2, "ellipsis-body", "TestA.test_f")],
            id="empty test in a class",
        ),
    ],
)
def test_a_stub_counts_where_it_is_one(path: str, text: str, found: list[tuple[int, str, str]]) -> None:
    assert findings(text, path) == found
