"""What bandit's tests ask of a node, as data: the necessary conditions that `gates` reads.

The lists are bandit's own (`bandit.blacklists`, the plugins' ``gen_config``); a test holds the two together.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LISTED = "B001"  # one test of bandit's for all that its lists name
_XML = {
    "B313": ("xml.etree.cElementTree", "parse iterparse fromstring XMLParser"),
    "B314": ("xml.etree.ElementTree", "parse iterparse fromstring XMLParser"),
    "B315": ("xml.sax.expatreader", "create_parser"),
    "B316": ("xml.dom.expatbuilder", "parse parseString"),
    "B317": ("xml.sax", "parse parseString make_parser"),
    "B318": ("xml.dom.minidom", "parse parseString"),
    "B319": ("xml.dom.pulldom", "parse parseString"),
}
_CIPHERS = "cryptography.hazmat.primitives.ciphers"
CALLS: Mapping[str, tuple[str, ...]] = {  # id to the dotted names that bandit lists
    "B301": (
        *("pickle.loads", "pickle.load", "pickle.Unpickler", "dill.loads", "dill.load", "dill.Unpickler"),
        *("shelve.open", "shelve.DbfilenameShelf", "jsonpickle.decode", "jsonpickle.unpickler.decode"),
        *("jsonpickle.unpickler.Unpickler", "pandas.read_pickle"),
    ),
    "B302": ("marshal.load", "marshal.loads"),
    "B303": (
        *(f"{p}.Hash.{name}.new" for p in ("Crypto", "Cryptodome") for name in ("MD2", "MD4", "MD5", "SHA")),
        *("cryptography.hazmat.primitives.hashes.MD5", "cryptography.hazmat.primitives.hashes.SHA1"),
    ),
    "B304": (
        *(f"{p}.Cipher.{n}.new" for p in ("Crypto", "Cryptodome") for n in "ARC2 ARC4 Blowfish DES XOR".split()),
        *(f"{_CIPHERS}.algorithms.{name}" for name in "ARC4 Blowfish CAST5 IDEA SEED TripleDES".split()),
    ),
    "B305": (f"{_CIPHERS}.modes.ECB",),
    "B306": ("tempfile.mktemp",),
    "B307": ("eval",),
    "B308": ("django.utils.safestring.mark_safe",),
    "B310": tuple(
        f"{package}urllib.request.{name}"
        for package in ("", "six.moves.")
        for name in ("urlopen", "urlretrieve", "URLopener", "FancyURLopener")
    ),
    "B311": tuple(
        f"random.{name}"
        for name in (
            *("Random", "random", "randrange", "randint", "choice", "choices", "uniform", "triangular"),
            *("randbytes", "sample", "getrandbits"),
        )
    ),
    "B312": ("telnetlib.Telnet",),
    **{code: tuple(f"{module}.{name}" for name in names.split()) for code, (module, names) in _XML.items()},
    "B321": ("ftplib.FTP",),
    "B323": ("ssl._create_unverified_context",),
}
IMPORTS: Mapping[str, tuple[str, ...]] = {  # id to the beginnings of dotted names that bandit lists
    "B401": ("telnetlib",),
    "B402": ("ftplib",),
    "B403": ("pickle", "cPickle", "dill", "shelve"),
    "B404": ("subprocess",),
    "B405": ("xml.etree.cElementTree", "xml.etree.ElementTree"),
    "B406": ("xml.sax",),
    "B407": ("xml.dom.expatbuilder",),
    "B408": ("xml.dom.minidom",),
    "B409": ("xml.dom.pulldom",),
    "B411": ("xmlrpc",),
    "B412": ("wsgiref.handlers.CGIHandler", "twisted.web.twcgi.CGIScript", "twisted.web.twcgi.CGIDirectory"),
    "B413": tuple(f"Crypto.{n}" for n in "Cipher Hash IO Protocol PublicKey Random Signature Util".split()),
    "B415": ("pyghmi",),
}
LISTED_NAMES = frozenset(name for table in (CALLS, IMPORTS) for names in table.values() for name in names)
IMPORTERS = ("__import__", "importlib.import_module", "importlib.__import__")  # bandit reads their first argument
STARTS = tuple(sorted({start for starts in IMPORTS.values() for start in starts}))  # of what is imported
LIST_NAMES = {  # bandit's names of the lists' entries: `# nosec` knows them
    "B301": "pickle",
    "B302": "marshal",
    "B303": "md5",
    "B304": "ciphers",
    "B305": "cipher_modes",
    "B306": "mktemp_q",
    "B307": "eval",
    "B308": "mark_safe",
    "B310": "urllib_urlopen",
    "B311": "random",
    "B312": "telnetlib",
    "B313": "xml_bad_cElementTree",
    "B314": "xml_bad_ElementTree",
    "B315": "xml_bad_expatreader",
    "B316": "xml_bad_expatbuilder",
    "B317": "xml_bad_sax",
    "B318": "xml_bad_minidom",
    "B319": "xml_bad_pulldom",
    "B321": "ftplib",
    "B323": "unverified_context",
    "B401": "import_telnetlib",
    "B402": "import_ftplib",
    "B403": "import_pickle",
    "B404": "import_subprocess",
    "B405": "import_xml_etree",
    "B406": "import_xml_sax",
    "B407": "import_xml_expat",
    "B408": "import_xml_minidom",
    "B409": "import_xml_pulldom",
    "B411": "import_xmlrpclib",
    "B412": "import_httpoxy",
    "B413": "import_pycrypto",
    "B415": "import_pyghmi",
}
SUBPROCESS = tuple(f"subprocess.{name}" for name in ("Popen", "call", "check_call", "check_output", "run"))
SHELL = (
    *(f"os.{name}" for name in ("system", "popen", "popen2", "popen3", "popen4")),
    *(f"popen2.{name}" for name in ("popen2", "popen3", "popen4", "Popen3", "Popen4")),
    *("commands.getoutput", "commands.getstatusoutput", "subprocess.getoutput", "subprocess.getstatusoutput"),
)
NO_SHELL = (
    *(f"os.exec{how}" for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(f"os.spawn{how}" for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    "os.startfile",
)
_KEYS = (
    *(f"cryptography.hazmat.primitives.asymmetric.{kind}.generate_private_key" for kind in ("dsa", "ec", "rsa")),
    *(f"{package}.PublicKey.{kind}.generate" for package in ("Crypto", "Cryptodome") for kind in ("DSA", "RSA")),
)


def _exact() -> dict[str, tuple[str, ...]]:
    rows = [
        *((name, (LISTED,)) for names in CALLS.values() for name in names),
        *((name, (LISTED,)) for starts in IMPORTS.values() for name in starts),  # calls of these names, too
        *((name, (LISTED,)) for name in IMPORTERS),
        *((name, ("B602", "B603", "B607", "B609")) for name in SUBPROCESS),
        *((name, ("B605", "B607", "B609")) for name in SHELL),
        *((name, ("B606", "B607")) for name in NO_SHELL),
        *((name, ("B505",)) for name in _KEYS),
        *((name, ("B614",)) for name in ("torch.load", "torch.serialization.load")),
        *((name, ("B704",)) for name in ("markupsafe.Markup", "flask.Markup")),
        ("exec", ("B102",)),
        ("logging.config.listen", ("B612",)),
        ("pysnmp.hlapi.CommunityData", ("B508",)),
        ("pysnmp.hlapi.UsmUserData", ("B509",)),
        ("ssl.wrap_socket", ("B504",)),
    ]
    found: dict[str, tuple[str, ...]] = {}
    for name, tests in rows:
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *tests)))
    return found


EXACT: Mapping[str, tuple[str, ...]] = _exact()  # dotted name of a call, resolved through imports, to tests

_WEB = ("get", "options", "head", "post", "put", "patch", "delete", "request", "stream", "Client", "AsyncClient")
# The last name of a call to (test, what must be among the parts of its dotted name; none: no matter).
LAST: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    **dict.fromkeys(_WEB, (("B113", ("requests", "httpx")), ("B501", ("requests", "httpx")))),
    **dict.fromkeys(("md4", "md5", "sha", "sha1", "new"), (("B324", ("hashlib",)),)),
    **dict.fromkeys(("crypt", "mksalt"), (("B324", ("crypt", "hashlib")),)),
    **dict.fromkeys(("mark_safe", "SafeText", "SafeUnicode", "SafeString", "SafeBytes"), (("B703", ()),)),
    **dict.fromkeys(("hf_hub_download", "snapshot_download", "repository_id"), (("B615", ("huggingface_hub",)),)),
    "Environment": (("B701", ("jinja2",)),),
    "RawSQL": (("B611", ()),),
    "Template": (("B702", ("mako",)),),
    "exec_command": (("B601", ()),),
    "extra": (("B610", ()),),
    "from_pretrained": (("B615", ("transformers",)),),
    "load": (("B506", ("yaml",)),),
    "load_dataset": (("B615", ("datasets",)),),
    "run": (("B201", ()),),
    "set_missing_host_key_policy": (("B507", ()),),
}
IMPORTED: Mapping[str, tuple[str, ...]] = {  # test to the modules one of whose names must be in that of an import
    "B201": ("flask",),
    "B202": ("tarfile",),
    "B506": ("yaml",),
    "B507": ("paramiko",),
    "B601": ("paramiko",),
    "B611": ("django.db.models",),
    "B614": ("torch",),
    "B615": ("transformers", "datasets", "huggingface_hub"),
    "B703": ("django.utils.safestring",),
}
BAD_SSL = frozenset(
    ("PROTOCOL_SSLv2", "SSLv2_METHOD", "SSLv23_METHOD", "PROTOCOL_SSLv3", "PROTOCOL_TLSv1", "SSLv3_METHOD")
    + ("TLSv1_METHOD", "PROTOCOL_TLSv1_1", "TLSv1_1_METHOD")
)
TMP = ("/tmp", "/var/tmp", "/dev/shm")
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200f"
_INSIDE = (("chmod", "B103"), ("extractall", "B202"))  # a part of the last name
_LASTS = frozenset(name.rpartition(".")[2] for name in EXACT)


def by_last(name: str) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The rows for a call whose last name is `name`; None where no dotted name that ends in it means anything."""
    rows = (*LAST.get(name, ()), *((test, ()) for part, test in _INSIDE if part in name))
    return rows if rows or name in _LASTS else None


def is_word(name: str) -> bool:
    """Whether a name may say password to bandit: one of its parts between underscores does, whatever the case."""
    if not name.isascii():
        return True  # a regular expression that ignores case takes U+017F for an s
    low = name.lower()
    if not any(sign in low for sign in _PASSWORD_SIGNS):
        return False
    return any(_is_password(part) for part in low.removesuffix("\n").split("_"))


_PASSWORD_SIGNS = ("pas", "pwd", "secret", "token")  # one of them is in every word that `_is_password` knows


def _is_password(part: str) -> bool:
    if part in ("pwd", "token", "secret", "secrete", "pass", "passphrase"):
        return True
    rest = part[2:].lstrip("s") if part.startswith("pas") else ""
    return rest in ("wd", "wod", "wrd", "word")


def may_be_sql(text: str) -> bool:
    """Whether a text may read as a query to bandit."""
    if not text.isascii():
        return True
    low = text.lower()
    if ("select" in low or "delete" in low) and "from" in low:
        return True
    return ("insert" in low and "into" in low and "values" in low) or ("update" in low and "set" in low)
