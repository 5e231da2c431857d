"""What IPython's magics do to the names of a notebook: nothing, a binding, or something that nobody can tell.

https://ipython.readthedocs.io/en/stable/interactive/magics.html
"""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False

_HARMLESS = frozenset(  # line magics that bind no name
    "alias autoawait autocall automagic autoreload autosave bookmark cat cd clear colors conda config cp debug dhist"
    " dirs doctest_mode env gui history hist killbgscripts ldir less lf lk ll load_ext logoff logon logstart logstate"
    " logstop ls lsmagic lx magic mamba man matplotlib memit micromamba mkdir more mprun lprun mv notebook page"
    " pastebin pdb pdef pdoc pfile pinfo pinfo2 pip popd pprint precision prun psearch psource pushd pwd pycat quickref"
    " rehashx reload_ext rm rmdir save sc set_env sx system tb tensorboard tensorflow_version time timeit unalias"
    " unload_ext uv watermark who who_ls whos writefile xdel xmode flake8_on flake8_off pycodestyle_on pycodestyle_off"
    " black nb_black lab_black wandb mlflow script bash sh html javascript js latex markdown svg file".split()
)
_EXTENSIONS = frozenset(  # that bind no name when they are loaded
    "autoreload autotime blackcellmagic cudf.pandas cuml.accel cython dotenv google.cloud.bigquery ipytest"
    " jupyter_ai jupyter_black lab_black line_profiler memory_profiler nb_black nb_mypy rpy2.ipython scalene"
    " sklearnex snakeviz sql tensorboard tensorboard.notebook version_information watermark wurlitzer".split()
)
_STATEMENTS = frozenset(("time", "prun"))  # run what follows them as a statement of the notebook
_ASIDE = frozenset(  # cell magics whose body runs elsewhere, or not at all
    "bash sh script system sx ! cmd html HTML javascript js latex markdown svg SVG writefile writetemplate file perl"
    " ruby pypy python python2 python3 skip timeit memit mermaid css".split()
)
_INSIDE = frozenset(("capture", "debug", "mprun", "prun", "time"))  # cell magics whose body is the notebook's


class Effect(NamedTuple):
    """What the magics of a cell do."""

    runs: bool = True  # whether the cell's Python runs in the notebook
    unknown: bool = False  # whether names may be bound that nobody can tell
    binds: tuple[str, ...] = ()
    statements: tuple[tuple[int, str], ...] = ()  # (line from 1, Python behind `%time`)


NONE = Effect()


def effect(source: str) -> Effect:
    """The effect of the magics in the source of a cell."""
    if "%" not in source and "!" not in source:
        return NONE
    binds: list[str] = []
    statements: list[tuple[int, str]] = []
    unknown = False
    head = True
    for number, line in enumerate(source.split("\n"), 1):
        bare = line.strip()
        if not bare:
            continue
        if head and bare.startswith("%%"):
            name, _, rest = bare[2:].partition(" ")
            if name in _ASIDE:
                return Effect(runs=False, unknown="--out" in rest or "--err" in rest)
            if name not in _INSIDE:
                return Effect(runs=False, unknown=True)
            if name == "capture":
                binds += [word for word in rest.split() if word.isidentifier()]
            continue  # another may follow
        head = False
        if bare.startswith("%"):
            name, _, rest = bare.lstrip("%").partition(" ")
            if name in _STATEMENTS:
                statements.append((number, rest.strip()))
            unknown = unknown or _is_unknown(name, rest)
    return Effect(True, unknown, tuple(binds), tuple(statements))


def _is_unknown(name: str, rest: str) -> bool:
    if name in ("load_ext", "reload_ext"):
        words = rest.split()
        return bool(words) and words[0].lower() not in _EXTENSIONS
    return name not in _HARMLESS
