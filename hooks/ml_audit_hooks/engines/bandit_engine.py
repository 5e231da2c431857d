"""bandit 1.8 and 1.9 as a library: its own test functions, called on nodes of a tree that is parsed already.

``import bandit`` costs eleven interpreter starts: its package modules import the command line, every plugin through
stevedore, and YAML. What the tests themselves need is small. So the two packages `bandit` and `bandit.core` are put in
place as they are found on disk, without running their ``__init__``; below them only the modules that a test asks for
are imported. Entry points are not read (a plugin of another distribution is not run), nor is any configuration of the
audited repository: a test that takes one gets the plugin's own default.
"""

from __future__ import annotations

import sys

from ml_audit_hooks.core.errors import AuditError
from ml_audit_hooks.core.values import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast as ast
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType
    from typing import Any

IMPORTED = "B001"  # bandit's one test for every call and import that its lists name
PLUGINS: Mapping[str, tuple[str, str]] = {  # test id to (module in bandit.plugins, function in it)
    "B101": ("asserts", "assert_used"),
    "B102": ("exec", "exec_used"),
    "B103": ("general_bad_file_permissions", "set_bad_file_permissions"),
    "B104": ("general_bind_all_interfaces", "hardcoded_bind_all_interfaces"),
    "B105": ("general_hardcoded_password", "hardcoded_password_string"),
    "B106": ("general_hardcoded_password", "hardcoded_password_funcarg"),
    "B107": ("general_hardcoded_password", "hardcoded_password_default"),
    "B108": ("general_hardcoded_tmp", "hardcoded_tmp_directory"),
    "B110": ("try_except_pass", "try_except_pass"),
    "B112": ("try_except_continue", "try_except_continue"),
    "B113": ("request_without_timeout", "request_without_timeout"),
    "B201": ("app_debug", "flask_debug_true"),
    "B202": ("tarfile_unsafe_members", "tarfile_unsafe_members"),
    "B324": ("hashlib_insecure_functions", "hashlib"),
    "B501": ("crypto_request_no_cert_validation", "request_with_no_cert_validation"),
    "B502": ("insecure_ssl_tls", "ssl_with_bad_version"),
    "B503": ("insecure_ssl_tls", "ssl_with_bad_defaults"),
    "B504": ("insecure_ssl_tls", "ssl_with_no_version"),
    "B505": ("weak_cryptographic_key", "weak_cryptographic_key"),
    "B506": ("yaml_load", "yaml_load"),
    "B507": ("ssh_no_host_key_verification", "ssh_no_host_key_verification"),
    "B508": ("snmp_security_check", "snmp_insecure_version_check"),
    "B509": ("snmp_security_check", "snmp_crypto_check"),
    "B601": ("injection_paramiko", "paramiko_calls"),
    "B602": ("injection_shell", "subprocess_popen_with_shell_equals_true"),
    "B603": ("injection_shell", "subprocess_without_shell_equals_true"),
    "B604": ("injection_shell", "any_other_function_with_shell_equals_true"),
    "B605": ("injection_shell", "start_process_with_a_shell"),
    "B606": ("injection_shell", "start_process_with_no_shell"),
    "B607": ("injection_shell", "start_process_with_partial_path"),
    "B608": ("injection_sql", "hardcoded_sql_expressions"),
    "B609": ("injection_wildcard", "linux_commands_wildcard_injection"),
    "B610": ("django_sql_injection", "django_extra_used"),
    "B611": ("django_sql_injection", "django_rawsql_used"),
    "B612": ("logging_config_insecure_listen", "logging_config_insecure_listen"),
    "B613": ("trojansource", "trojansource"),
    "B614": ("pytorch_load", "pytorch_load"),
    "B615": ("huggingface_unsafe_download", "huggingface_unsafe_download"),
    "B701": ("jinja2_templates", "jinja2_autoescape_false"),
    "B702": ("mako_templates", "use_of_mako_templates"),
    "B703": ("django_xss", "django_mark_safe"),
    "B704": ("markupsafe_markup_xss", "markupsafe_markup_xss"),
}
LATER = frozenset(("B613", "B614", "B615", "B704"))  # not in every release since 1.8.0
_ADVICE = "install bandit>=1.8,<1.10"


class Names:
    """What the imports seen so far have bound, as bandit's visitor keeps it."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}  # local name to dotted origin
        self.imports: set[str] = set()  # dotted names

    def take(self, node: ast.Import | ast.ImportFrom) -> None:
        """Take in one import. ``from . import a`` counts as ``import a``."""
        module = getattr(node, "module", None)
        for name in node.names:
            dotted = f"{module}.{name.name}" if module is not None else name.name
            if name.asname or module is not None:
                self.aliases[name.asname or name.name] = dotted
            self.imports.add(dotted)


class Issue(NamedTuple):
    """What a test of bandit says."""

    test: str  # B101, of a list entry its own id
    severity: str  # LOW, MEDIUM, HIGH
    confidence: str
    text: str  # may hold a value from the code: a password
    line: int  # from 1
    column: int  # from 0, in UTF-8 bytes as the parser counts
    lines: tuple[int, int]  # first and last of the range that a `# nosec` holds for
    line_named: bool  # whether the test itself named the line


class Broken(NamedTuple):
    """A test that raised: bandit itself logs this and goes on as if nothing were there."""

    test: str
    error: str  # the exception's type; its text may quote the code
    line: int


class Engine:
    """bandit's tests, each imported when it is first asked for."""

    def __init__(self) -> None:
        """Raises AuditError where no bandit is installed, or one whose parts are not where they are expected."""
        _place()
        self._issue = _part("bandit.core.issue", "Issue").Issue
        self._context = _part("bandit.core.context", "Context").Context
        self._linerange = _part("bandit.core.utils", "linerange", "get_call_name").linerange
        self._call_name = sys.modules["bandit.core.utils"].get_call_name
        self._tests: dict[str, tuple[Callable[..., Any], Any] | None] = {}  # id to (function, configuration)
        bandit = sys.modules["bandit"]
        constants = _part("bandit.core.constants", "LOW", "MEDIUM", "HIGH")
        for name in ("UNDEFINED", "LOW", "MEDIUM", "HIGH"):
            setattr(bandit, name, getattr(constants, name))
        bandit.Issue = self._issue  # type: ignore[attr-defined]  # the plugins say `bandit.Issue`

    def of_node(self, node: ast.AST, tests: Iterable[str], names: Names) -> list[Issue | Broken]:
        """What `tests` say of a node; one of a string must bear ``_bandit_parent``, and so its parents."""
        context = self._of(node, names)
        found = (self._run(test, context) for test in tests)
        return [item for item in found if item is not None]

    def of_file(self, data: bytes) -> list[Issue | Broken]:
        """What the tests of a whole file say."""
        import io

        context = {"file_data": io.BytesIO(data), "filename": "<audited>", "lineno": 1, "linerange": [0, 1]}
        found = self._run("B613", {**context, "col_offset": 0})
        return [] if found is None else [found]

    def _of(self, node: Any, names: Names) -> dict[str, Any]:
        """bandit's context of a node: the keys that its visitor sets."""
        kind = node.__class__.__name__
        context: dict[str, Any] = {
            "col_offset": node.col_offset,
            "end_col_offset": node.end_col_offset,
            "file_data": None,
            "filename": "<audited>",
            "import_aliases": names.aliases,
            "imports": names.imports,
            "lineno": node.lineno,
            "linerange": self._linerange(node._bandit_parent if kind == "Constant" else node),
            "node": node,
        }
        if kind == "Call":
            qualname = self._call_name(node, names.aliases)
            context.update(call=node, qualname=qualname, name=qualname.split(".")[-1])
        elif kind == "FunctionDef":
            context.update(function=node, qualname=node.name, name=node.name)
        elif kind == "Constant":
            context["str"] = node.value
        elif kind in ("Import", "ImportFrom"):
            context["module"] = getattr(node, "module", None) or node.names[-1].name
        return context

    def _run(self, test: str, context: dict[str, Any]) -> Issue | Broken | None:
        loaded = self._tests[test] if test in self._tests else self._load(test)
        if loaded is None:
            return None
        function, config = loaded
        try:
            given = self._context(context)
            issue = function(given) if config is None else function(given, config)
        except Exception as error:  # told as what could not be judged, see Broken
            return Broken(test, type(error).__name__, context["lineno"])
        if issue is None:
            return None
        lines = issue.linerange or context["linerange"]
        return Issue(
            issue.test_id or test,
            issue.severity,
            issue.confidence,
            _lasting(issue.text),
            context["lineno"] if issue.lineno is None else issue.lineno,
            context["col_offset"] if issue.col_offset == -1 else issue.col_offset,
            (lines[0], lines[-1]),
            issue.lineno is not None,
        )

    def _load(self, test: str) -> tuple[Callable[..., Any], Any] | None:
        """A test and its default configuration; None for one that this release does not have."""
        self._tests[test] = loaded = _lists() if test == IMPORTED else _plugin(*PLUGINS[test], test)
        return loaded


def _lasting(text: str) -> str:
    """A text without the addresses of objects, which differ in every run: B202 prints nodes."""
    while " object at 0x" in text:
        head, _, rest = text.partition(" object at 0x")
        text = head + rest[rest.find(">") :]
    return text


def _plugin(module: str, function: str, test: str) -> tuple[Callable[..., Any], Any] | None:
    name = f"bandit.plugins.{module}"
    try:
        found = _part(name, function)
    except AuditError:
        if test in LATER:
            return None
        raise
    plugin = getattr(found, function)
    if getattr(plugin, "_test_id", test) != test:
        raise AuditError(f"bandit: {name}.{function} is no longer {test}; {_ADVICE}")
    wanted = getattr(plugin, "_takes_config", None)
    return plugin, (sys.modules[plugin.__module__].gen_config(wanted) if wanted else None)


def _lists() -> tuple[Callable[..., Any], Any]:
    """bandit's lists of calls and imports with the test that looks names up in them."""
    config: dict[str, list[Any]] = {}
    for name in ("calls", "imports"):
        for kind, rows in _part(f"bandit.blacklists.{name}", "gen_blacklist").gen_blacklist().items():
            config.setdefault(kind, []).extend(rows)
    return _part("bandit.core.blacklisting", "blacklist").blacklist, config


def _place() -> None:
    """Put `bandit` and `bandit.core` into `sys.modules` unrun, unless somebody has imported bandit already."""
    if "bandit" in sys.modules:
        return
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("bandit")
    if spec is None or not spec.submodule_search_locations:
        raise AuditError(f"bandit: is not installed; {_ADVICE}")
    folder = next(iter(spec.submodule_search_locations))
    package = type(sys)
    outer, core = package("bandit"), package("bandit.core")
    outer.__path__, core.__path__ = [folder], [f"{folder}/core"]
    outer.core = core  # type: ignore[attr-defined]
    sys.modules.update({"bandit": outer, "bandit.core": core})


def _part(name: str, *wanted: str) -> ModuleType:
    """A module of bandit that must have what is `wanted`. Raises AuditError."""
    try:
        __import__(name)
    except ImportError as error:
        raise AuditError(f"bandit: {name} cannot be imported ({error}); {_ADVICE}") from None
    module = sys.modules[name]
    for attribute in wanted:
        if not hasattr(module, attribute):
            raise AuditError(f"bandit: {name} has no {attribute}; {_ADVICE}")
    return module
