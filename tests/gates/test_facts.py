"""What is read of a file: test functions, runner files, switches."""

from __future__ import annotations

import marshal

import pytest

from tests.gates.trees import of, record


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("src/model.py", "def test_like():\n    assert 1\n", id="not a test file"),
        pytest.param("tests/helpers.py", "def make():\n    assert 1\n", id="no test function"),
        pytest.param("tests/test_a.py", "def outer():\n    def test_inner():\n        pass\n", id="nested in a helper"),
        pytest.param(
            "tests/test_a.py", "import pytest\n@pytest.fixture\ndef helper():\n    return 1\n", id="fixture alone"
        ),
        pytest.param(
            "tests/test_a.py",
            "import pytest\nclass TestA:\n    @pytest.fixture\n    def test_data(self):\n        return 1\n",
            id="fixture with a test's name",
        ),
        pytest.param("third_party/lib/tests/test_a.py", "def test_a():\n    assert 1\n", id="vendored"),
        pytest.param("configs/train.yaml", "run: pytest\n", id="a yaml that no runner reads"),
        pytest.param("examples/Makefile", "test:\n\tpytest\n", id="a Makefile below the root"),
        pytest.param("deploy.sh", "pytest && kubectl apply -f x\n", id="a script that deploys"),
    ],
)
def test_nothing_is_kept_of(path: str, text: str) -> None:
    assert record(path, text).facts == ()


def test_a_file_that_does_not_parse_says_why() -> None:
    assert record("tests/test_a.py", "def test_a(:\n").unread == ((None, "does not parse as Python 3: line 1"),)


def test_a_test_is_kept_with_what_it_imports_calls_and_asserts() -> None:
    text = """
        import pytest
        import torch
        from shop.model import Net

        pytestmark = pytest.mark.slow

        @pytest.fixture
        def batch():
            return torch.randn(2, 3)

        class TestNet:
            @pytest.mark.network
            def test_forward(self, batch):
                net = Net.from_pretrained("org/net")
                out = net(batch)
                torch.testing.assert_close(out.mean(), torch.tensor(3.9763))
                assert out.shape == (2, 3)
                with pytest.raises(ValueError):
                    net(None)
    """
    (found,) = of("tests/test_net.py", text).tests
    assert found.name == "TestNet.test_forward"
    assert found.line == 14
    assert found.imports == ("pytest", "shop.model.Net", "torch")
    assert found.calls[:3] == ("shop.model.Net.from_pretrained", "net", "torch.testing.assert_close")
    assert found.through == ("torch.randn",)
    assert found.asserts == ("close:NUMBER", "compare:shape out Eq 2 3", "raises:ValueError")
    assert found.marks == ("slow", "network")
    assert found.fixtures == ("batch",)
    assert found.network == ("from_pretrained('org/net')",)


@pytest.mark.parametrize(
    ("call", "network"),
    [
        pytest.param("from_pretrained(tmp_path)", (), id="a path"),
        pytest.param("from_pretrained('./model')", (), id="a relative path"),
        pytest.param("load_dataset('csv', data_files='x')", (), id="a local format"),
        pytest.param("requests.get('http://localhost:8000/')", (), id="this machine"),
        pytest.param("client.get('/health')", (), id="a test client"),
        pytest.param("from_pretrained('gpt2')", ("from_pretrained('gpt2')",), id="a hub name"),
        pytest.param("load_dataset('glue')", ("load_dataset('glue')",), id="a hub dataset"),
        pytest.param("requests.get('https://example.org')", ("requests.get",), id="an address"),
    ],
)
def test_what_needs_a_network(call: str, network: tuple[str, ...]) -> None:
    text = f"import requests\nfrom x import from_pretrained, load_dataset\ndef test_a(tmp_path, client):\n    {call}\n"
    assert of("tests/test_a.py", text).tests[0].network == network


@pytest.mark.parametrize(
    ("path", "text", "steps"),
    [
        pytest.param("Makefile", "help:\n\t@echo pytest\n", [("make help", "echo pytest")], id="make echo"),
        pytest.param(
            "Makefile",
            "PYTEST ?= uv run pytest\ntest: lint\n\t@$(PYTEST) -q \\\n\t  tests\n",
            [("make test", "uv run pytest -q tests")],
            id="make with a variable and a continued line",
        ),
        pytest.param("justfile", "test:\n    pytest -q\n", [("just test", "pytest -q")], id="just"),
        pytest.param(
            "tox.ini",
            "[testenv]\ndeps = pytest\ncommands =\n    pytest {posargs}\n[testenv:lint]\ncommands = ruff check .\n",
            [("tox", "pytest {posargs}"), ("tox -e lint", "ruff check .")],
            id="tox",
        ),
        pytest.param(
            "noxfile.py",
            "import nox\n@nox.session\ndef tests(s):\n    s.install('.')\n    s.run('pytest', '-q')\n",
            [("nox -s tests", "pytest -q")],
            id="nox",
        ),
        pytest.param(
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n      - run: pip install .\n      - run: pytest -q\n",
            [("", "pytest -q")],
            id="CI",
        ),
        pytest.param(
            "pyproject.toml", '[tool.poe.tasks]\ntest = "pytest tests"\n', [("poe test", "pytest tests")], id="poe"
        ),
        pytest.param(
            "Taskfile.yml", "tasks:\n  test:\n    cmds:\n      - pytest\n", [("task test", "pytest")], id="Taskfile"
        ),
        pytest.param("scripts/lint.sh", "ruff check .\n", [("bash scripts/lint.sh", "ruff check .")], id="script"),
    ],
)
def test_the_steps_of(path: str, text: str, steps: list[tuple[str, str]]) -> None:
    assert [(step.task, " ".join(step.words)) for step in of(path, text).steps] == steps


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("HF_HUB_OFFLINE=0", (), id="off"),
        pytest.param("WANDB_MODE=online", (), id="online"),
        pytest.param("MLFLOW_TRACKING_URI=https://track.example.org", (), id="a server"),
        pytest.param("unset HF_HUB_OFFLINE", (), id="unset"),
        pytest.param("export HF_HUB_OFFLINE=1", ("HF_HUB_OFFLINE",), id="shell"),
        pytest.param('os.environ["WANDB_MODE"] = "offline"', ("WANDB_MODE",), id="environ"),
        pytest.param('monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")', ("TRANSFORMERS_OFFLINE",), id="setenv"),
        pytest.param("MLFLOW_TRACKING_URI: file:./mlruns", ("MLFLOW_TRACKING_URI",), id="yaml"),
    ],
)
def test_the_switches_in(text: str, found: tuple[str, ...]) -> None:
    from ml_audit_hooks.gates import runners

    assert runners.switches(text.encode()) == found


def test_a_record_can_be_stored() -> None:
    found = record("tests/test_a.py", "def test_a():\n    assert 1 == 1\n")
    assert marshal.loads(marshal.dumps(found.plain())) == found.plain()
