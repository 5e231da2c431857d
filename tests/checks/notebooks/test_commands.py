"""Unpinned installs and local paths."""

from __future__ import annotations

import pytest

from ml_audit_hooks.checks.notebooks.installs import unpinned
from tests.checks.notebooks.support import cell, document, findings, rows


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("pip list", []),
        ("apt-get install graphviz", []),
        ("pip install", []),
        ("pip install torch==2.9.1", []),
        ("pip install torch==2.9.*", []),
        ("pip install transformers[torch]==4.57.1", []),
        ("pip install -r requirements.txt", []),
        ("pip install -c constraints.txt torch", []),
        ("pip install --constraint=c.txt torch", []),
        ("pip install -e .", []),
        ("pip install -e ./lib[all]", []),
        ("pip install . ../b ~/c /d", []),
        ("pip install -U pip setuptools wheel", []),
        ("pip install {package} $NAME torch=={version}", []),
        ("pip install https://a.org/b-1.0-py3-none-any.whl", []),
        ("pip install b-1.0-py3-none-any.whl", []),
        ("pip install git+https://a.org/b/c.git@v1.0", []),
        ("pip install git+https://a.org/b/c@0a1b2c3#egg=c", []),
        ("pip install --index-url https://a.org/simple torch==2.9.1", []),
        ("pip install torch==2.9.1 > log.txt", []),
        ("conda install -y -c conda-forge faiss=1.9.0", []),
        ("pip install torch", ["torch"]),
        ("pip3 install -q --upgrade torch", ["torch"]),
        ("/usr/bin/pip3.11 install torch", ["torch"]),
        ("python -m pip install torch", ["torch"]),
        ("{sys.executable} -m pip install torch", ["torch"]),
        ("uv pip install --system torch", ["torch"]),
        ("pip --quiet install torch numpy==1.26.4 tqdm", ["torch", "tqdm"]),
        ("pip install transformers[sentencepiece]", ["transformers"]),
        ("pip install -f https://a.org/whl torch", ["torch"]),
        ("pip install torch -t lib", ["torch"]),
        ("pip install git+https://a.org/b/c.git", ["c"]),
        ("pip install git+https://a.org/b/c@main", ["c"]),
        ("pip install https://github.com/b/c/archive/master.zip", ["c"]),
        ("mamba install -n env faiss conda-forge::tqdm", ["faiss", "tqdm"]),
    ],
)
def test_what_a_command_installs_without_a_version(command: str, expected: list[str]) -> None:
    assert unpinned(command.split()) == (tuple(expected), ())


@pytest.mark.parametrize("bound", [">=2", ">=2,<3", "~=2.1", "<3", "!=2.0"])
def test_a_range_is_told_apart(bound: str) -> None:
    assert unpinned(["pip", "install", f"pandas{bound}"]) == ((), ("pandas",))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("# !pip install torch", [], id="comment"),
        pytest.param('print("pip install torch")', [], id="string"),
        pytest.param("%%writefile setup.sh\npip install torch", [], id="file"),
        pytest.param("!pip install torch  # not numpy", ["0:1 NBK007 installs `torch` without a version"], id="shell"),
        pytest.param("x = 1\n%pip install torch", ["0:2 NBK007 installs `torch` without a version"], id="magic"),
        pytest.param("if x:\n    !pip install torch", ["0:2 NBK007 installs `torch` without a version"], id="indented"),
        pytest.param("%%bash\npip install torch", ["0:2 NBK007 installs `torch` without a version"], id="bash"),
        pytest.param("%%capture\n!pip install torch", ["0:2 NBK007 installs `torch` without a version"], id="captured"),
        pytest.param("!pip install \\\n  torch", ["0:1 NBK007 installs `torch` without a version"], id="continued"),
        pytest.param("!cd a && pip install torch", ["0:1 NBK007 installs `torch` without a version"], id="chain"),
        pytest.param(
            '!pip install "a>=1"\n!pip install b c\n!pip install d',
            ["0:2 NBK007 installs `b`, `c`, `d` without a version"],
            id="one-a-cell",
        ),
        pytest.param('!pip install "a>=1"', ["0:1 NBK007 installs `a` in a range of versions"], id="range"),
        pytest.param(
            "!pip install a b c d e f g",
            ["0:1 NBK007 installs `a`, `b`, `c`, `d`, `e` and 2 more without a version"],
            id="many",
        ),
    ],
)
def test_installs_of_a_cell(source: str, expected: list[str]) -> None:
    assert rows(document(cell(source)), "NBK007") == expected


def test_another_language_installs_in_its_own_way() -> None:
    assert rows(document(cell("!pip install torch"), language_info={"name": "julia"})) == []


@pytest.mark.parametrize(
    "source",
    [
        "# /home/ada/x",
        '"""Reads /home/ada/x."""',
        'x = "data/x.csv"',
        'x = "/tmp/x.csv"',
        'x = "/usr/share/x"',
        'x = "https://a.org/home/ada/x"',
        'x = f"{base}/home/ada/x"',
        'x = base + "/home/ada/x"',
        'x = "/home/username/x"',
        'x = "/Users/<you>/x"',
        'x = "/home"',
        'x = "/homes/ada/x"',
        'drive.mount("/content/drive")',
        'x = "a:\\\\n"',
        'x = "http://a.org"',
        'x = "10:/30"',
    ],
)
def test_what_is_no_local_path(source: str) -> None:
    assert rows(document(cell(source)), "NBK006") == []


@pytest.mark.parametrize(
    ("source", "root", "level"),
    [
        ('x = "/home/ada/x.csv"', "/home/ada", ""),
        ('x = "/home/ada"', "/home/ada", ""),
        ("x = f'/home/ada/{name}'", "/home/ada", ""),
        ('x = "file:///home/ada/x"', "/home/ada", ""),
        ('x = "/Users/ada.l/x"', "/Users/ada.l", ""),
        (r'x = "C:\\Users\\Ada L\\x"', r"C:\Users\Ada L", ""),
        ('x = "C:/Users/ada/x"', "C:/Users/ada", ""),
        (r'x = r"D:\data\x.csv"', "D:\\", ""),
        ('x = "E:/data/x.csv"', "E:/", ""),
        ('os.system("cp a /home/ada/b")', "/home/ada", ""),
        ("!ls /home/ada/x", "/home/ada", ""),
        ("%cd /home/ada", "/home/ada", ""),
        ("%%bash\nls /home/ada/x", "/home/ada", ""),
        ('x = "/home/jovyan/x"', "/home/jovyan", "note"),
        ('x = "/content/drive/MyDrive/x"', "/content/drive", "note"),
        ('x = "/kaggle/input/a/x.csv"', "/kaggle/input", "note"),
        ('x = "/mnt/data/x"', "/mnt/data", "note"),
        ("%cd /content/repo", "/content/repo", "note"),
    ],
)
def test_a_local_path_is_told_by_its_root(source: str, root: str, level: str) -> None:
    found = [f for f in findings(document(cell(source))) if f.code == "NBK006"]
    assert [(f.text.split("`")[1], f.level) for f in found] == [(root, level)]


def test_a_folder_is_one_finding_a_notebook() -> None:
    made = document(cell('a = "/home/ada/a"\nb = "/home/ada/b"'), cell('c = ["/home/ada/c", "/home/eve/d"]'))
    assert rows(made) == [
        "0:1 NBK006 `/home/ada` is a path of one machine (3 places)",
        "1:1 NBK006 `/home/eve` is a path of one machine",
    ]
