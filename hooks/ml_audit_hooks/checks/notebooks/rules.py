"""The pages of the NBK codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-notebooks"
_UNKNOWN = """\
Silent wherever names may come from what cannot be read: `from x import *`, `%run`, `%pylab`, `%load`, `%load_ext` of an
extension that is not known to bind none, `exec`, `globals()`, a cell in another language, a cell that does not parse, a
template's `{{ name }}`. Silent for Python's and IPython's own names (`display`, `get_ipython`, `In`, `Out`, `_`), for
what Spark and Databricks give (`spark`, `sc`, `dbutils`), in `try` blocks that catch a NameError, in cells whose output
is an error or whose tags say that they do not run (`skip-execution`, `raises-exception`), and in bodies of functions
until they are called."""

RULES = (
    Rule(
        "NBK001",
        _NAME,
        "note",
        "outputs",
        """A notebook is committed with its outputs.

## Why it matters
Outputs change with every run, so that a diff shows noise and merges conflict; they make the repository grow for good,
and they publish what the code never names: rows of data, paths, user names. One finding a notebook, with the number of
outputs and their size.

## Bad
A code cell with the output of its last run:
```json
{"cell_type": "code", "execution_count": 3, "metadata": {}, "source": "df.head()",
 "outputs": [{"output_type": "stream", "name": "stdout", "text": "   age  income\\n0   41   52000\\n"}]}
```

## Good
The same cell, cleared before the commit (`audit-notebooks --what-to-strip` says what would go; `nbstripout` does it):
```json
{"cell_type": "code", "execution_count": null, "metadata": {}, "source": "df.head()", "outputs": []}
```

## What stays silent
Copies under `.ipynb_checkpoints` (but for secrets in them) and vendored code. A notebook whose outputs are its purpose,
a report or a tutorial, keeps them: the finding is a note and fails nothing by default.

## Source
G. Wilson et al., "Good enough practices in scientific computing", 2017; the documentation of nbstripout.
""",
    ),
    Rule(
        "NBK002",
        _NAME,
        "warning",
        "run-order",
        """The cells of a notebook were not run from top to bottom.

## Why it matters
The outputs belong to a state that reading down the page does not give. Of 860,000 notebooks on GitHub that were run
again, three in four failed, and only one in 25 gave the same results.

## Bad
Execution counts that go down the page as `[5]`, `[3]`: the lower cell ran before the upper one did for the last time.

## Good
Restart the kernel, run all cells, save: `[1]`, `[2]`, `[3]`. Gaps are no fault.

## What stays silent
Empty cells, a count of 0, notebooks whose counts are all the same, and a kernel that starts again at `[1]` below cells
that only install and import.

## Source
J. F. Pimentel et al., "A large-scale study about quality and reproducibility of Jupyter notebooks", MSR 2019.
""",
    ),
    Rule(
        "NBK003",
        _NAME,
        "note",
        "uncounted",
        """Cells of a notebook have outputs and no execution count.

## Why it matters
Nobody can tell in which order they ran, or whether the output is that of the code above it.

## Bad
```json
{"cell_type": "code", "execution_count": null, "metadata": {}, "source": "evaluate(model)",
 "outputs": [{"output_type": "stream", "name": "stdout", "text": "accuracy 0.93\\n"}]}
```

## Good
Either both or neither: strip the outputs together with the counts, or run the notebook and keep both.

## What stays silent
Cells without outputs.

## Source
The notebook format, nbformat 4, "Code cells".
""",
    ),
    Rule(
        "NBK004",
        _NAME,
        "warning",
        "early-use",
        f"""A name is used above the cell that defines it, or after it was deleted.

## Why it matters
"Restart and run all" ends in a NameError there: the notebook works only in a kernel that still remembers.

## Bad
```python
# cell 2
scaled = scaler.transform(x)
# cell 3
scaler = StandardScaler().fit(x)
```

## Good
```python
# cell 2
scaler = StandardScaler().fit(x)
# cell 3
scaled = scaler.transform(x)
```

## What stays silent
{_UNKNOWN} The bindings of a branch count as made, and so do those of a loop for its own later rounds. Where the cell
shows no sign that it ran, or the use stands in a branch, it is a note.

## Source
Python Language Reference, section 4.2, "Naming and binding".
""",
    ),
    Rule(
        "NBK005",
        _NAME,
        "warning",
        "hidden-state",
        f"""A name is used that no cell defines, though the cell shows that it ran.

## Why it matters
The cell that defined it was deleted or renamed after it ran. The outputs cannot be made again from what is committed.

## Bad
A cell with an execution count or an output that reads `train_df`, in a notebook where no cell binds it.

## Good
Put the definition back, or use the name that stands there now; then restart the kernel and run all cells.

## What stays silent
{_UNKNOWN} Cells that show no sign that they ran: they may be excerpts. Notebooks with a cell tagged `parameters`, which
papermill fills. In a branch that the run may have passed over it is a note.

## Source
D. Koop, J. Patel, "Dataflow notebooks: encoding and tracking dependencies of cells", TaPP 2017.
""",
    ),
    Rule(
        "NBK006",
        _NAME,
        "warning",
        "local-path",
        """An absolute path in a notebook's code that exists on one machine, or on one service, only.

## Why it matters
Nobody else can run the cell, and a home folder tells a user's name.

## Bad
```python
df = pd.read_csv("/home/ada/projects/churn/data.csv")
```

## Good
```python
df = pd.read_csv(Path(os.environ.get("DATA_DIR", "data")) / "data.csv")
```

## What stays silent
Comments and docstrings; `/tmp`, `/usr`, `/etc`, `/data` and the like; names that stand for the reader
(`/home/username`); mount points by themselves (`drive.mount("/content/drive")`). Folders of a service or an image
(`/content/…`, `/kaggle/input`, `/mnt/…`, `/home/jovyan`) are notes. One finding for each such folder in a notebook.

## Source
J. F. Pimentel et al., "A large-scale study about quality and reproducibility of Jupyter notebooks", MSR 2019: missing
files are among the three errors that stop most notebooks.
""",
    ),
    Rule(
        "NBK007",
        _NAME,
        "warning",
        "unpinned-install",
        """A notebook installs packages without saying which version.

## Why it matters
The cell installs something else next month, in the middle of somebody's session, and the results go with it.

## Bad
```python
!pip install transformers datasets
```

## Good
```python
%pip install transformers==4.57.1 datasets==4.3.0
```
or `%pip install -r requirements.txt` with pinned versions in it.

## What stays silent
Exact versions, a `-r` or `-c` file, a wheel's or archive's address with a fixed revision, a git address with a tag or
commit, local projects (`-e .`), packaging and Jupyter tools themselves, names and versions from variables, commented
lines. A range of versions is a note. One finding a cell.

## Source
pip's documentation, "Repeatable installs".
""",
    ),
    Rule(
        "NBK008",
        _NAME,
        "warning",
        "large-output",
        """The output of one cell is larger than `max_output_kb`.

## Why it matters
Git keeps every version of it for ever, GitHub shows no diff and at some size no preview, and editors hang.

## Bad
A cell that leaves 4 MB of an animation, an interactive plot with all its data, or a million printed lines.

## Good
Clear it, save the figure to a file that is not tracked, or print a summary. The limit is
```toml
[tool.ml-audit.notebooks]
max_output_kb = 500
```

## What stays silent
Outputs up to the limit. The size is that of the text in the file, base64 for pictures.

## Source
GitHub's documentation, "Working with non-code files" and "About large files on GitHub".
""",
    ),
    Rule(
        "NBK009",
        _NAME,
        "error",
        "secret-in-output",
        """An output holds a token or private key. Its value is never shown.

## Why it matters
Who reads the repository can use it. Printing `os.environ`, a URL with a token or the answer of a login is enough, and
clearing the output later does not take it out of the history: revoke it.

## Bad
An output with the text of a `kaggle.json`, a Jupyter address with `?token=`, or a Hugging Face token.

## Good
Revoke the token, clear the output, and read secrets with `getpass` or from the environment without printing them.

## What stays silent
Only shapes that leave no doubt count: AWS, Google, Azure, OpenAI, Anthropic, Hugging Face, GitHub, Kaggle, Jupyter
tokens and private keys. Examples from documentation (`EXAMPLE`, `xxxx`) are passed over. Of an output of more than
50,000 characters both ends are read. `audit-secrets` looks for the rest, in code too.

## Source
GitHub's documentation, "Supported secret scanning patterns"; the issuers' own descriptions of their tokens.
""",
    ),
    Rule(
        "NBK010",
        _NAME,
        "error",
        "invalid-format",
        """A notebook's JSON is not what its format asks for.

## Why it matters
Jupyter warns or refuses to open it, `nbconvert` and papermill stop, GitHub shows no preview. It mostly comes of a merge
by hand or of a tool that writes notebooks.

## Bad
```json
{"cell_type": "code", "metadata": {}, "source": "x = 1"}
```
A code cell without `outputs` and `execution_count`.

## Good
```json
{"cell_type": "code", "execution_count": null, "metadata": {}, "source": "x = 1", "outputs": []}
```

## What stays silent
Other metadata of any kind. Keys that the schema does not know, an `id` that is missing from 4.5 on or stands there too
early, and saved widgets without their `state` (which only keeps GitHub from a preview) are warnings. Each fault is
told once a notebook, with its number. Of format 2 and older nothing is said.

## Source
The public schemas of nbformat 3 and 4.0 to 4.5: https://nbformat.readthedocs.io/en/latest/format_description.html
""",
    ),
)
