"""The rules of committed model files."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "CKP030",
        "audit-checkpoints",
        "error",
        "opcodes",
        """A model file in git would run foreign code when it is loaded.

## Why it matters
A pickle is a program: its opcodes name functions to import and call. This one names functions that no model needs, such
as `os.system` or `eval`; whoever loads the file runs what its author wanted. The file was read opcode by opcode and not
unpickled.

## Bad
A `model.pkl` whose opcodes import `os.system`.

## Good
Weights as safetensors, or a file that was made by the repository's own training code.

## What stays silent
What models need: classes of torch, numpy, scikit-learn and the repository's own, `functools.partial`, and the harmless
builtins. Git LFS pointers are not read. Files of more than 64 MiB, and pickles that are too long to be read to their
end, are told as unread.

## Source
The Python documentation of pickle and pickletools; the same idea as in picklescan and fickling.
""",
    ),
    Rule(
        "CKP031",
        "audit-checkpoints",
        "warning",
        "committed",
        """A model file is kept in git.

## Why it matters
Every clone carries every version of it for ever, nobody can review a change of it, and nothing says which code and data
made it.

## Bad
`git add best_model.pth`

## Good
A registry, a release, DVC or Git LFS, with a hash in the repository; in `.gitignore`: `*.pth`.

## What stays silent
Git LFS pointers; arrays (`.npy`, `.npz`, `.h5`, `.bin`), which may be data; fixtures in test folders are notes.

## Source
The rubric of this project: data and model versioning.
""",
    ),
)
