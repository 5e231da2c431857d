"""What the entries of bandit's lists mean, a row an entry: the pages of B3xx calls and B4xx imports."""

from __future__ import annotations

from ml_audit_hooks.checks.security.pages_code import Row
from ml_audit_hooks.checks.security.tables import CALLS, IMPORTS

_XML_WHY = (
    "The parsers of the standard library follow what a document declares: a few lines of nested entities fill the"
    " memory. For files that you made yourself it does not matter."
)
_IMPORT = "Silent: an import does nothing; the calls are told by their own codes."
_CIPHER = "It can be broken with little effort, or leaks where the same text was encrypted twice."
_CLEAR = "Names, passwords and data go over the line in the clear."
_HASH = "Two inputs with one digest can be made."

_CALLS = (
    Row(
        *("B301", "MEDIUM", "A pickle is loaded."),
        "A pickle is a program: whoever made the file chooses what runs when it is loaded. That holds for data sets and"
        " models from elsewhere, and for caches that others can write to.",
        'import pickle\n\ndata = pickle.load(open("features.pkl", "rb"))',
        'import numpy\n\ndata = numpy.load("features.npz", allow_pickle=False)',
        "As bandit has it. `audit-checkpoints` tells more of loads of checkpoints; this code stays, for those who run"
        " this hook alone.",
    ),
    Row(
        *("B302", "MEDIUM", "`marshal` is loaded."),
        "It crashes the interpreter on made-up input, and may hold code.",
        "import marshal\n\nmarshal.loads(data)",
        "import json\n\njson.loads(data)",
    ),
    Row(
        *("B303", "MEDIUM", "MD2, MD4, MD5 or SHA-1 of a cryptographic package."),
        _HASH,
        "from Crypto.Hash import MD5\n\nMD5.new(data)",
        "from hashlib import sha256\n\nsha256(data)",
    ),
    Row(
        *("B304", "HIGH", "An old cipher: ARC2, ARC4, Blowfish, DES, XOR, CAST5, IDEA, SEED, TripleDES."),
        _CIPHER,
        "from Crypto.Cipher import DES\n\nDES.new(key)",
        "from cryptography.fernet import Fernet\n\nFernet(key)",
    ),
    Row(
        *("B305", "MEDIUM", "The cipher mode ECB."),
        _CIPHER,
        "from cryptography.hazmat.primitives.ciphers.modes import ECB\n\nECB()",
        "from cryptography.hazmat.primitives.ciphers.modes import GCM\n\nGCM(iv)",
    ),
    Row(
        *("B306", "MEDIUM", "`tempfile.mktemp`."),
        "Between the name and the opening, another user can put a file there.",
        "import tempfile\n\npath = tempfile.mktemp()",
        "import tempfile\n\nhandle, path = tempfile.mkstemp()",
    ),
    Row(
        *("B307", "MEDIUM", "`eval` runs text as code."),
        "A command line option, configuration value or column that reaches it can do anything that the job can.",
        "betas = eval(options.betas)",
        "import ast\n\nbetas = ast.literal_eval(options.betas)",
    ),
    Row(
        *("B308", "MEDIUM", "Django's `mark_safe`."),
        "Text from outside that reaches a page as HTML runs its scripts in the reader's session.",
        "from django.utils.safestring import mark_safe\n\nmark_safe(comment)",
        'from django.utils.html import format_html\n\nformat_html("<b>{}</b>", comment)',
        "Silent: B703 judges the same call by its argument.",
    ),
    Row(
        *("B310", "MEDIUM", "`urllib` opens an address."),
        "It opens `file:` too: an address from outside reads local files.",
        "import urllib.request\n\nurllib.request.urlretrieve(address, target)",
        "import requests\n\nrequests.get(address, timeout=10)",
        "Silent for a literal web address, and otherwise a note: data set scripts fetch what their authors wrote.",
    ),
    Row(
        *("B311", "LOW", "`random` draws."),
        "Its generator can be predicted from a few outputs: wrong for passwords, tokens and salts, right for sampling.",
        'import random\n\npassword = "".join(random.choice(letters) for _ in range(20))',
        "import secrets\n\npassword = secrets.token_urlsafe(20)",
        "Silent where nothing around the call speaks of a secret: shuffling, splitting and augmenting need this very"
        " generator (that it is seeded is `audit-seeds`' matter). A warning where a secret is drawn.",
    ),
    Row(
        *("B312", "HIGH", "`telnetlib` is used."),
        _CLEAR,
        "import telnetlib\n\ntelnetlib.Telnet(host)",
        "import paramiko\n\nparamiko.SSHClient()",
    ),
    *(
        Row(
            *(code, "MEDIUM", f"XML is parsed with `{CALLS[code][0].rpartition('.')[0]}`."),
            _XML_WHY,
            f"import {CALLS[code][0].rpartition('.')[0]}\n\n{CALLS[code][0]}(source)",
            "import defusedxml.ElementTree\n\ndefusedxml.ElementTree.parse(source)",
        )
        for code in ("B313", "B314", "B315", "B316", "B317", "B318", "B319")
    ),
    Row(
        *("B321", "HIGH", "`ftplib` is used."),
        _CLEAR,
        "import ftplib\n\nftplib.FTP(host)",
        "import requests\n\nrequests.get(address, timeout=10)",
    ),
    Row(
        *("B323", "MEDIUM", "A TLS context that verifies nothing."),
        "Anybody on the way can answer in the server's place. Set for the whole process, it goes for every download.",
        "import ssl\n\nssl._create_default_https_context = ssl._create_unverified_context()",
        "import ssl\n\ncontext = ssl.create_default_context()",
    ),
)
_IMPORTS = (
    Row(
        *("B401", "HIGH", "`telnetlib` is imported."),
        _CLEAR,
        "import telnetlib",
        "import paramiko",
        "Silent where B312 tells of its use in the same file.",
    ),
    Row(
        *("B402", "HIGH", "`ftplib` is imported."),
        _CLEAR,
        "import ftplib",
        "import requests",
        "Silent where B321 tells of its use in the same file.",
    ),
    Row(
        *("B403", "LOW", "A pickle module is imported."),
        "A pickle is a program: whoever made the file chooses what runs when it is loaded.",
        "import pickle",
        "import json",
        _IMPORT + " B301 tells of loads; a dump is harmless.",
    ),
    Row(
        *("B404", "LOW", "`subprocess` is imported."),
        "It starts other programs.",
        "import subprocess",
        "import shutil",
        _IMPORT + " B602 tells of shells.",
    ),
    *(
        Row(
            *(code, "LOW", f"`{IMPORTS[code][-1]}` is imported."),
            _XML_WHY,
            f"import {IMPORTS[code][-1]}",
            "import defusedxml.ElementTree",
            _IMPORT,
        )
        for code in ("B405", "B406", "B407", "B408", "B409")
    ),
    Row(
        *("B411", "HIGH", "`xmlrpc` is imported."),
        _XML_WHY,
        "import xmlrpc.client",
        "import requests",
    ),
    Row(
        *("B412", "HIGH", "A CGI handler is imported."),
        "A `Proxy:` header of a request becomes the environment's `HTTP_PROXY`, and later requests go there.",
        "from wsgiref.handlers import CGIHandler",
        "from wsgiref.simple_server import make_server",
    ),
    Row(
        *("B413", "HIGH", "PyCrypto is imported."),
        "It has had no release since 2013 and has a known buffer overflow.",
        "from Crypto.Cipher import AES",
        "from cryptography.fernet import Fernet",
        "As bandit has it; PyCryptodome under the name `Crypto` is told, too: import it as `Cryptodome`.",
    ),
    Row(
        *("B415", "HIGH", "`pyghmi` is imported."),
        "IPMI hands out password hashes to whoever asks.",
        "import pyghmi",
        "import redfish",
    ),
)
ROWS = (*_CALLS, *_IMPORTS)
