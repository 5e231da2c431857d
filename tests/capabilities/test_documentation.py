"""Documentation facets: README, quickstart, figures, examples, further documents."""

from __future__ import annotations

import pytest

from tests.capabilities.support import Texts, notebook, shown

ABSENT = ("absent",)
WHAT = (
    "This trains small language models on a single graphics card in the evening.\n"
    "The loop is short and each of its parts can be read on one screen.\n"
    "Results are written as it goes so that nothing is lost.\n"
)
INSTALL = "```bash\npip install torch\n```\n"

READMES = [
    pytest.param({"README.md": "# Project\n"}, ABSENT, id="a title"),
    pytest.param({"README.md": "# Project\n\n" + WHAT}, ABSENT, id="not how to run it"),
    pytest.param({"README.md": INSTALL + "```\npython train.py\n```\n"}, ABSENT, id="not what it is"),
    pytest.param({"a/b/README.md": WHAT + INSTALL}, ABSENT, id="of a part deep below"),
    pytest.param({"README.md": "# Project\n\n" + WHAT + INSTALL}, ("present", "README.md:3"), id="both"),
    pytest.param(
        {"README.rst": WHAT + "\n::\n\n    pip install x\n"}, ("present", "README.rst:1"), id="reStructuredText"
    ),
    pytest.param({"README.md": WHAT + "## Usage\n"}, ("present", "README.md:1"), id="a heading for it"),
]


@pytest.mark.parametrize(("texts", "expected"), READMES)
def test_a_readme_says_what_it_is_and_how_to_run_it(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("documentation.readme", texts) == expected


TRAIN = {"train.py": "print('x')\n"}
QUICKSTARTS = [
    pytest.param({**TRAIN, "README.md": INSTALL}, ABSENT, id="no first run"),
    pytest.param({**TRAIN, "README.md": "```\npython train.py\n```\n"}, ABSENT, id="no install"),
    pytest.param({**TRAIN, "README.md": INSTALL + "```\npython train.py <config>\n```\n"}, ABSENT, id="angle brackets"),
    pytest.param(
        {**TRAIN, "README.md": INSTALL + "```\npython train.py --data /path/to/x\n```\n"}, ABSENT, id="a path to fill"
    ),
    pytest.param({**TRAIN, "README.md": INSTALL + "```\npython train.py --out OUT_DIR\n```\n"}, ABSENT, id="capitals"),
    pytest.param({"README.md": INSTALL + "```\npython train.py\n```\n"}, ABSENT, id="a program that is not there"),
    pytest.param(
        {**TRAIN, "README.md": INSTALL + "```\npython train.py a.yaml\n```\n"}, ABSENT, id="a config that is not there"
    ),
    pytest.param({**TRAIN, "README.md": INSTALL + "`train.py` is the program\n"}, ABSENT, id="a file's name"),
    pytest.param(
        {**TRAIN, "README.md": "```\npip install -r requirements.txt\npython train.py\n```\n"},
        ABSENT,
        id="no requirements",
    ),
    pytest.param({**TRAIN, "README.md": "```\npip install -U pip\npython train.py\n```\n"}, ABSENT, id="pip itself"),
    pytest.param({**TRAIN, "CHANGELOG.md": "```\npip install x\npython train.py\n```\n"}, ABSENT, id="a changelog"),
    pytest.param({"README.md": INSTALL + "```python\nimport other\n\nother.run()\n```\n"}, ABSENT, id="code of others"),
    pytest.param(
        {**TRAIN, "README.md": INSTALL + "```\npython train.py --help\n```\n"}, ABSENT, id="a look at the help"
    ),
    pytest.param(
        {"x/__init__.py": "", "README.rst": "::\n\n    pip install x\n\nThen\n\n>>> import x\n>>> x.fit()\n1\n"},
        ("present", "README.rst:3", "README.rst:7"),
        id="an interpreter's session",
    ),
    pytest.param(
        {**TRAIN, "README.md": INSTALL + "```\n$ python train.py --lr 1e-3 --out out/a.yaml\n```\n"},
        ("present", "README.md:2", "README.md:5"),
        id="commands",
    ),
    pytest.param(
        {"x/__init__.py": "", "README.md": INSTALL + "```python\nimport x\n```\n\n```python\nx.fit()\n```\n"},
        ("present", "README.md:2", "README.md:9"),
        id="code in two blocks",
    ),
    pytest.param(
        {"pyproject.toml": "[project.scripts]\nx = 'x:main'\n", "README.md": "    pip install .\n\nThen `x train`.\n"},
        ("present", "README.md:1", "README.md:3"),
        id="console script",
    ),
    pytest.param(
        {**TRAIN, "README.md": INSTALL, "docs/start.md": "```\npython train.py\n```\n"},
        ("present", "README.md:2", "docs/start.md:2"),
        id="README and docs together",
    ),
    pytest.param(
        {**TRAIN, "README.rst": "Start\n\n.. code-block:: bash\n\n    pip install x\n    python train.py\n"},
        ("present", "README.rst:5", "README.rst:6"),
        id="reStructuredText",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), QUICKSTARTS)
def test_a_quickstart_works_as_it_stands(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("documentation.quickstart", texts) == expected


BADGE = "[![CI](https://img.shields.io/x.svg)](https://example.org)\n"
DIAGRAMS = [
    pytest.param({"README.md": BADGE}, ABSENT, id="badge"),
    pytest.param({"README.md": WHAT + "![logo](assets/logo.png)\n", "assets/logo.png": ""}, ABSENT, id="logo"),
    pytest.param({"README.md": "![x](assets/top.png)\n" + WHAT, "assets/top.png": ""}, ABSENT, id="banner"),
    pytest.param({"README.md": WHAT + "![loss](assets/loss.png)\n"}, ABSENT, id="an image that is not there"),
    pytest.param({"README.md": WHAT, "assets/loss.png": ""}, ABSENT, id="an image that nothing shows"),
    pytest.param({"README.md": WHAT + "[![Open](https://e.org/run-on.svg)](https://e.org)\n"}, ABSENT, id="button"),
    pytest.param({"README.md": WHAT + "```\n![loss](loss.png)\n```\n", "loss.png": ""}, ABSENT, id="in code"),
    pytest.param({"README.md": WHAT + "![l](a/loss.png)\n", "a/loss.png": ""}, ("present", "README.md:4"), id="figure"),
    pytest.param(
        {"README.md": WHAT + "[<img src='a/x.png' width='9'/>](./a/x.png)\n", "a/x.png": ""},
        ("present", "README.md:4"),
        id="linked to itself",
    ),
    pytest.param(
        {"docs/a.md": "![arch](../img/arch.png)\n", "img/arch.png": ""}, ("present", "docs/a.md:1"), id="in docs"
    ),
    pytest.param({"README.md": "```mermaid\ngraph TD\n```\n"}, ("present", "README.md:1"), id="mermaid"),
    pytest.param(
        {"docs/a.rst": ".. figure:: flow.png\n", "docs/flow.png": ""},
        ("present", "docs/a.rst:1"),
        id="figure directive",
    ),
]


@pytest.mark.parametrize(("texts", "expected"), DIAGRAMS)
def test_a_diagram_is_a_figure_and_no_ornament(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("documentation.diagrams", texts) == expected


EXAMPLES = [
    pytest.param({"notebooks/.gitkeep": ""}, ABSENT, id="an empty folder"),
    pytest.param({"a.ipynb": notebook("")}, ABSENT, id="an empty notebook"),
    pytest.param({"configs/examples/a.yaml": "a: 1\n"}, ABSENT, id="settings"),
    pytest.param({"example.py": "print('x')\n"}, ABSENT, id="a file of that name"),
    pytest.param({"tests/examples/a.py": "print('x')\n"}, ABSENT, id="of tests"),
    pytest.param({"a.ipynb": notebook("", "import torch")}, ("present", "a.ipynb:1:1"), id="notebook"),
    pytest.param({"examples/a.py": "print('x')\n"}, ("present", "examples/a.py:1"), id="folder"),
]


@pytest.mark.parametrize(("texts", "expected"), EXAMPLES)
def test_examples_hold_code(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("documentation.notebooks", texts) == expected


PAGE = "# Settings\n\n" + WHAT
DOCS = [
    pytest.param({"README.md": WHAT, "data/a/README.md": WHAT}, ABSENT, id="READMEs of parts"),
    pytest.param({"CHANGELOG.md": PAGE, "CONTRIBUTING.md": PAGE}, ABSENT, id="housekeeping"),
    pytest.param({"model_card.md": PAGE}, ABSENT, id="one page"),
    pytest.param({"docs/a.png": ""}, ABSENT, id="pictures"),
    pytest.param({".github/a.md": PAGE, ".github/b.md": PAGE}, ABSENT, id="hidden"),
    pytest.param({"docs/a.md": PAGE}, ("present", "docs/a.md:1"), id="folder"),
    pytest.param({"mkdocs.yml": "site_name: x\n"}, ("present", "mkdocs.yml:1"), id="site"),
    pytest.param({"a.md": PAGE, "b.md": PAGE}, ("present", "a.md:1", "b.md:1"), id="two pages"),
]


@pytest.mark.parametrize(("texts", "expected"), DOCS)
def test_documentation_goes_beyond_the_readme(texts: Texts, expected: tuple[str, ...]) -> None:
    assert shown("documentation.docs_site", texts) == expected
