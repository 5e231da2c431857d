"""Placeholder bodies: what pretends, what only looks like it, and the laws of the quick tests before the reading."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from ml_audit_hooks.checks.stubs import bodies, busy, calls, pretence, words
from ml_audit_hooks.checks.stubs.answers import Body
from ml_audit_hooks.checks.stubs.sayings import Sayings
from ml_audit_hooks.core import python
from ml_audit_hooks.core.python import FUNCTION_TYPES, Module, Scope
from ml_audit_hooks.core.source import Unreadable
from tests.checks.stubs.support import findings

SAMPLES = Path(__file__).parents[2] / "samples"
HEAD = "import random, time, logging\nlogger = logging.getLogger(__name__)\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def train(m, d):\n    # placeholder\n    for b in d:\n        m.step(b)\n", id="works, says placeholder"
        ),
        pytest.param("def evaluate(m):\n    return m.evaluate()\n", id="wrapper"),
        pytest.param("def load_rates():\n    return {'lr': 0.1}\n", id="table without parameters"),
        pytest.param("def load_rate(name):\n    return {'a': 0.1}[name]\n", id="table by a parameter"),
        pytest.param("def prepare(x):\n    return x\n", id="identity without a word"),
        pytest.param(
            "def apply(x, f=None):\n    if f is None:\n        return x\n    return f(x)\n", id="identity in a branch"
        ),
        pytest.param("def save(x):\n    print('saving', x)\n", id="message that claims nothing"),
        pytest.param("def show(x):\n    print('done', x)\n", id="no work promised"),
        pytest.param("def demo_train(x):\n    # simulated\n    print('trained')\n", id="demonstration"),
        pytest.param("def mock_evaluate(x):\n    return {'accuracy': 0.5}\n", id="double"),
        pytest.param(
            "class DemoRun:\n    def train(self, x):\n        print('trained')\n", id="class of a demonstration"
        ),
        pytest.param(
            "class NoiseSimulator:\n    def apply(self, x):\n        # simulated\n"
            "        loss = random.random()\n        return loss\n",
            id="simulator",
        ),
        pytest.param(
            "class A(ABC):\n    def load(self, x):\n        # placeholder\n        return {}\n", id="contract"
        ),
        pytest.param(
            "def load(x):\n    '''Subclasses load here.'''\n    print('loaded')\n", id="says that others write it"
        ),
        pytest.param("def save(x):\n    '''Does nothing, by design.'''\n    print('saved')\n", id="no-op by words"),
        pytest.param("def fit(self):\n    self.is_fitted = True\n", id="flag"),
        pytest.param(
            "def fetch(us):\n    import requests\n    for u in us:  # for now\n"
            "        requests.get(u)\n        time.sleep(1)\n",
            id="rate limit",
        ),
        pytest.param(
            "def collect(r, n):\n    # simulated\n    while len(r) < n:\n        time.sleep(1)\n    return r\n",
            id="waiting",
        ),
        pytest.param(
            "def score(x):\n    # placeholder\n    n = 0\n    if x.a:\n        n += 1\n    return n\n", id="counts"
        ),
        pytest.param(
            "def compute(x):\n    # simple, a placeholder for more sophisticated analysis\n"
            "    return 3 if x > 1 else 2\n",
            id="could be better",
        ),
        pytest.param(
            "def detect(k):\n    if 'a' in k:\n        return K.A\n"
            "    if 'b' in k:\n        raise ValueError('not implemented')\n    return K.C\n",
            id="refusal in a branch",
        ),
        pytest.param(
            "def load_texts():\n    return {'a': 'not implemented', 'b': 'placeholder'}\n", id="texts of the program"
        ),
        pytest.param(
            "def write_script(n):\n    return f'''\n# would go here\n{n}\n'''\n", id="words in a text of several lines"
        ),
        pytest.param(
            "def measure(p):\n    try:\n        return p.rss()\n"
            "    except OSError:\n        loss = random.random()  # simulated\n        return loss\n",
            id="figure after an error",
        ),
        pytest.param(
            "def score(m, n):\n    if n in m:\n        loss = m.measure(n)\n"
            "    else:\n        loss = random.random()  # placeholder\n    return {'loss': loss}\n",
            id="figure in a fallback",
        ),
        pytest.param(
            "def rate(m):\n    loss = m.get('loss', random.random())\n    return loss / 2\n", id="figure as a default"
        ),
        pytest.param(
            "def estimate(p, n):\n    # a full implementation would rank them\n    return p[random.randrange(n)]\n",
            id="choice by chance",
        ),
        pytest.param(
            "def generate_rows(n):\n    '''A simulation.'''\n    return [random.random() for _ in range(n)]\n",
            id="data by chance",
        ),
        pytest.param(
            "def augment(x):\n    # simulated rain\n    return x.rotate(random.random())\n", id="method by chance"
        ),
        pytest.param("def outer(x):\n    def load(y):\n        return 1.5\n    return load(x)\n", id="closure"),
        pytest.param("class A:\n    @property\n    def accuracy(self):\n        return 0.5\n", id="property"),
        pytest.param("class A:\n    def __len__(self):\n        # placeholder\n        return 3\n", id="dunder"),
        pytest.param("@pytest.fixture\ndef load_model():\n    # placeholder\n    return {}\n", id="fixture"),
        pytest.param(
            "def setup_routes(app):\n    '''For now.'''\n    @app.get('/')\n"
            "    def root():\n        return {'loss': random.random()}\n",
            id="figures of a nested function",
        ),
        pytest.param(
            "def combine(m):\n    # For now, just return the pruned one\n    pruned = prune_all(m)\n"
            "    logger.info('not implemented')\n    return pruned\n",
            id="gap",
        ),
        pytest.param(
            "try:\n    import a\nexcept ImportError:\n    def apply(f):\n        return f\n", id="fallback of an import"
        ),
        pytest.param(
            "def test_load(c):\n    # simulated\n    r = c.get('/')\n    print('loaded', r)\n", id="test that calls"
        ),
    ],
)
def test_what_only_looks_like_pretence_is_silent(text: str) -> None:
    assert findings(HEAD + text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def train(m, n):\n    for e in range(n):\n        print(e)\n        time.sleep(1)  # simulate\n",
            id="epochs",
        ),
        pytest.param(
            "def train(m, n):\n    for e in range(n):\n        logger.info(e)\n    return {'loss': 0.1}\n",
            id="made-up loss",
        ),
        pytest.param("def evaluate(m):\n    return {'accuracy': 0.9}\n", id="made-up accuracy"),
        pytest.param("async def evaluate(m):\n    return 0.93\n", id="made-up number"),
        pytest.param("def compress(m):\n    print('compressing')\n    return m\n", id="identity with a message"),
        pytest.param(
            "def compress(m):\n    new = m\n    other = new\n    # simplified\n    return other\n",
            id="identity by local names",
        ),
        pytest.param("def create_masks(m):\n    print('masks')\n    return {}\n", id="empty container"),
        pytest.param("def save(m, p):\n    print(f'saved to {p}')\n", id="success and no effect"),
        pytest.param("def apply(m):\n    # this would walk over the layers\n    return m\n", id="this would"),
        pytest.param(
            "def apply(m):\n    # in practice, you\n    # would replace the layers\n    return m\n", id="wrapped phrase"
        ),
        pytest.param("def anything(x):\n    return 3  # placeholder\n", id="constant, says so"),
        pytest.param(
            "def anything():\n    '''The user (placeholder).'''\n    return {'id': 1}\n", id="no parameters, says so"
        ),
        pytest.param("def anything(x):\n    # Would ask the service\n    return None\n", id="None, says so"),
        pytest.param("def anything(x):\n    # TODO: implement\n    logger.info('hello')\n", id="message, says so"),
        pytest.param("def anything(x):\n    return {'status': 'not_implemented'}\n", id="says so in the answer"),
        pytest.param("def load(x):\n    raise RuntimeError('not implemented')\n", id="another error"),
        pytest.param(
            "def measure(m):\n    # simulated\n    return {'latency_ms': random.uniform(1, 2)}\n",
            id="figures by chance",
        ),
        pytest.param("def measure(m):\n    loss = 1 + (hash(m) % 3)\n    return loss\n", id="figures by hash"),
        pytest.param(
            "def deploy(s):\n    for x in 'ab':\n        # simulate\n        time.sleep(1)\n    return {'ok': s}\n",
            id="steps that sleep",
        ),
        pytest.param(
            "def collect(m, d):\n    for b in d:\n        # you would run it here, in practice, you would\n"
            "        pass\n    m.done = d\n",
            id="passes over the data",
        ),
        pytest.param("def fit(self, x):\n    '''Placeholder.'''\n    self.is_fitted = True\n", id="flag, says so"),
        pytest.param(
            "def fit(x):\n    try:\n        # placeholder\n"
            "        return 1\n    except Exception as e:\n        return str(e)\n",
            id="in a try",
        ),
        pytest.param(
            "def fit(x):\n    with torch.no_grad():\n        # placeholder\n        y = {'a': 1}\n    return y\n",
            id="in a with",
        ),
        pytest.param(
            "def price(x):\n    # mock implementation\n    return {'a': 1}.get(x)\n", id="table that stands in"
        ),
        pytest.param(
            "def make_layer(n, bits):\n    return 1\ndef create_layer(n, bits):\n"
            "    # this is a placeholder\n    return Linear(n)\n",
            id="argument left out",
        ),
        pytest.param(
            "def load(self):\n    # replace with actual loading\n    self.m = Space(a=1)\n", id="object that stands in"
        ),
        pytest.param(
            "def outer(a):\n    def load(x):\n        # this is a placeholder\n"
            "        return {'x': x}\n    return load\n",
            id="closure, says so",
        ),
        pytest.param(
            "class A:\n    @property\n    def estimate_loss(self):\n        # placeholder\n        return 0.5\n",
            id="property, says so",
        ),
        pytest.param(
            "try:\n    import a\nexcept ImportError:\n    def measure_memory(f):\n        f()\n        return 50.0\n",
            id="figures in a fallback of an import",
        ),
    ],
)
def test_what_pretends_is_found(text: str) -> None:
    assert [kind for _, kind, _ in findings(HEAD + text) if kind == "placeholder-body"] == ["placeholder-body"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def f(x):\n    if x is None:\n        raise ValueError\n    raise NotImplementedError\n", id="guard"
        ),
        pytest.param("def f(x):\n    text = 'no'\n    raise NotImplementedError(text)\n", id="message by name"),
        pytest.param("def f(x):\n    print(x)\n    raise NotImplementedError\n", id="message before"),
    ],
)
def test_a_body_that_can_only_refuse_is_a_refusal(text: str) -> None:
    assert [kind for _, kind, _ in findings(HEAD + text)] == ["not-implemented"]


def test_a_body_that_only_calls_stubs_of_its_file_is_one() -> None:
    text = (
        "class A:\n    def apply(self, m):\n        try:\n            m = self._one(m)\n            m = self._two(m)\n"
        "        except ValueError as e:\n            print('failed', e)\n        return m\n"
        "    def _one(self, m):\n        # not implemented\n        return m\n"
        "    def _two(self, m):\n        # not implemented\n        return m\n"
    )
    assert [symbol for _, _, symbol in findings(text)] == ["A.apply", "A._one", "A._two"]
    real = "class B:\n    def _one(self, m):\n        return open(m)\n"  # a call by that name proves nothing now
    assert [symbol for _, _, symbol in findings(text + real)] == ["A._one", "A._two"]


def test_a_caller_that_does_more_is_never_reported_for_what_it_calls() -> None:
    text = "def one(m):\n    # not implemented\n    return m\ndef apply(m):\n    m.go()\n    return one(m)\n"
    assert [symbol for _, _, symbol in findings(text)] == ["one"]


# -- laws -------------------------------------------------------------------------------------------------------------


def modules() -> list[Module]:
    """The samples and a part of the standard library."""
    root = Path(sysconfig.get_path("stdlib"))
    files = [*SAMPLES.glob("*/*.py"), *sorted(root.glob("*.py"))[::2], *sorted(root.glob("asyncio/*.py"))]
    found = []
    for path in files:
        try:
            found.append(python.parse(path.read_text(encoding="utf-8")))
        except (Unreadable, UnicodeDecodeError):
            continue
    return found


def functions() -> list[tuple[Module, Scope]]:
    """All their functions."""
    return [(m, s) for m in modules() for s in m.scopes if isinstance(s.node, FUNCTION_TYPES)]


def test_the_quick_test_for_work_is_never_wrong() -> None:
    sure = unsure = 0
    for module, scope in functions():
        around = calls.surroundings(module, frozenset())
        assert isinstance(scope.node, FUNCTION_TYPES)
        quick = calls.does_work(around, scope, scope.node)
        worked = bool(Body(around, scope).work)
        assert worked or not quick, (scope.symbol, scope.node.lineno)
        sure += quick
        unsure += worked and not quick
    assert sure > 1000
    assert unsure < sure / 20  # else it saves nothing


def test_the_quick_test_for_busy_pretence_loses_none() -> None:
    found = 0
    for module, scope in functions():
        around = calls.surroundings(module, frozenset(("_one_step", "quantize", "prune")))
        body = Body(around, scope)
        if body.work and words.promises_work(body.node.name) and busy.is_placeholder(body, Sayings(body)):
            assert busy.may_pretend(around, scope, body.node), scope.symbol
            found += 1
    assert found >= 5


def test_what_pretends_in_the_standard_library_says_so() -> None:
    root = Path(sysconfig.get_path("stdlib"))
    found = set()
    for path in [*sorted(root.glob("*.py")), *sorted(root.glob("urllib/*.py"))]:
        module = python.parse(path.read_text(encoding="utf-8"))
        around = calls.surroundings(module, frozenset())
        for scope in module.scopes:
            node = scope.node
            if isinstance(node, FUNCTION_TYPES) and not bodies.empty_kind(node.body):
                found |= {f"{path.name}:{scope.symbol}"} if pretence.is_placeholder(around, scope) else set()
    assert found <= {"request.py:AbstractDigestAuthHandler.get_entity_digest"}  # "not implemented yet", None


@pytest.mark.parametrize("phrase", [*words.OUTRIGHT, *words.STAND_INS, "would ", "implementation for "])
def test_every_outright_phrase_holds_a_stem(phrase: str) -> None:
    assert any(stem in phrase for stem in words.STEMS)
