"""What a run looks at: the checkout or folder, its tree and its configuration."""

from __future__ import annotations

import os

from ml_audit_hooks.core import config as settings
from ml_audit_hooks.core import git, show, tree
from ml_audit_hooks.core.config import Config
from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.source import Content, Reader, Unreadable, decode
from ml_audit_hooks.core.store import Store
from ml_audit_hooks.core.tree import Entry, Tree
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_PATHS = 500  # handed to git by name; for more, the whole index is listed
_CONFIG_SHELF = "config-3"


class Subject(NamedTuple):
    """A repository, or a folder outside git."""

    root: str
    repository: git.Repository | None
    tree: Tree
    config: Config
    store: Store

    def reader(self) -> Reader:
        """A reader of the tree's contents, one a process."""
        return Reader(self.root, self.repository)


def store_folder(repository: git.Repository | None) -> str | None:
    """Where the records are kept: in git's common directory; nowhere outside git."""
    return os.path.join(repository.common_dir, "ml-audit") if repository else None


def whole(path: str) -> Subject:
    """All of the checkout that holds `path`, or of the folder `path` outside git."""
    if not os.path.isdir(path):
        raise AuditError(f"{show.plain(path)}: is no folder; name a checkout")
    repository = git.find_repository(path)
    root = repository.root if repository else os.path.abspath(path)
    files = tree.staged(repository) if repository else tree.folder(root)
    return _subject(root, repository, files)


def at_commit(subject: Subject, commit: str) -> Subject:
    """The same checkout as it was at `commit`, under today's configuration."""
    assert subject.repository is not None
    return subject._replace(tree=tree.committed(subject.repository, commit))


def of_files(paths: Sequence[str]) -> Subject:
    """These files of the current checkout only, and all below these folders (paths relative to the current folder)."""
    repository = git.find_repository(".")
    root = repository.root if repository else os.getcwd()
    named = tuple(dict.fromkeys(_relative(path, root) for path in paths))
    if repository is not None:
        files = tree.staged(repository, (*named, *settings.FILES) if len(named) <= _MAX_PATHS else ())
    elif any(os.path.isdir(os.path.join(root, name)) for name in named):
        files = tree.folder(root)
    else:
        files = Tree((), (), (), ())
    known = {entry.path for entry in files.entries} | {*files.symlinks, *files.submodules, *files.unmerged}
    others = [name for name in named if name not in known]
    for name in others:
        if not os.path.lexists(os.path.join(root, name)):
            raise AuditError(f"{show.plain(name)}: no such file; name files of this checkout")
    loose = [Entry(name, "100644", "") for name in others if os.path.isfile(os.path.join(root, name))]
    folders = tuple("" if n == "." else n + "/" for n in others if os.path.isdir(os.path.join(root, n)))
    wanted = set(named)
    kept = [e for e in files.entries if e.path in wanted or e.path.startswith(folders)]
    subject = _subject(root, repository, files, () if repository else settings.FILES)
    return subject._replace(tree=files._replace(entries=tuple(sorted([*kept, *loose]))))


def _relative(path: str, root: str) -> str:
    """`path` relative to the root of the checkout, symlinks in the last part not followed."""
    folder, name = os.path.split(os.path.abspath(path))
    relative = os.path.relpath(os.path.join(os.path.realpath(folder), name), os.path.realpath(root))
    if relative.startswith("../") or relative == "..":
        raise AuditError(f"{show.plain(path)}: is outside of {show.plain(root)}; run the check in its own checkout")
    return relative.replace(os.sep, "/")


def _subject(root: str, repository: git.Repository | None, files: Tree, beside: tuple[str, ...] = ()) -> Subject:
    store = Store(store_folder(repository))
    entries = {entry.path: entry for entry in files.entries if entry.path in settings.FILES}
    entries.update((name, Entry(name, "100644", "")) for name in beside if os.path.isfile(os.path.join(root, name)))
    found: list[tuple[str, Config]] = []
    for name in settings.FILES:
        if name in entries:
            read = _config(root, repository, entries[name], store)
            if read is not None and (read != Config() or name == settings.OWN_FILE):
                found.append((name, read))
    if len(found) > 1:
        raise AuditError("ml-audit.toml: pyproject.toml holds [tool.ml-audit] too; keep one of them")
    return Subject(root, repository, files, found[0][1] if found else Config(), store)


def _config(root: str, repository: git.Repository | None, entry: Entry, store: Store) -> Config | None:
    reader = Reader(root, repository)
    try:
        content = reader.read(entry)
    finally:
        reader.close()
    if content.data is None:
        raise AuditError(f"{entry.path}: {content.reason}; the configuration cannot be known")
    if entry.path == settings.PYPROJECT and not settings.concerns(content.data):
        return None
    return _parsed(entry.path, content, store)


def _parsed(path: str, content: Content, store: Store) -> Config:
    """The configuration in a file; remembered by its content, for the TOML parser costs more than most hooks."""
    assert content.data is not None
    name = f"{content.blob}:{path}"
    kept = store.load(_CONFIG_SHELF).get(name)
    if kept is not None:
        return Config(*kept)
    try:
        config = settings.parse(decode(content.data, False), path)
    except Unreadable as error:
        raise AuditError(f"{path}: {error}; mend it") from None
    store.add(_CONFIG_SHELF, {name: tuple(config)})
    return config
