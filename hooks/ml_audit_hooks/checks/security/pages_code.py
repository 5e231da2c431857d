"""What bandit's tests of code mean, a row a test: the pages of B1xx, B2xx, B5xx, B6xx and B7xx."""

from __future__ import annotations

from ml_audit_hooks.core.values import NamedTuple

_SHELL = (
    "A shell reads the whole line: a file name or a run name with `;`, `$(…)` or a newline in it is a second command."
)
_SQL = "Whoever supplies the value writes part of the statement: other rows are read, or tables dropped."
_TLS = "SSL 2 and 3 and TLS 1.0 and 1.1 can be read or changed on the way; no current server needs them."
_HTML = "Text from outside that reaches a page as HTML runs its scripts in the reader's session."
_PASSWORD = (
    "A password in the source is known to everyone who can read the repository or its history, and cannot be changed"
    " without a release."
)
_NO_KEY = (
    "Silent where the text could not be a credential: shorter than 16 characters, or without a digit. Special tokens of"
    " a vocabulary (`pad_token`) are the usual hit. `audit-secrets` looks for keys by their formats."
)


class Row(NamedTuple):
    """One page."""

    code: str
    severity: str  # HIGH, MEDIUM, LOW: what bandit mostly gives
    title: str
    why: str
    bad: str
    good: str
    ml: str = ""  # what the profile for machine learning makes of it, and why
    slug: str = ""  # of the page in bandit's documentation


ROWS = (
    Row(
        *("B101", "LOW", "An `assert` guards something at run time."),
        "`python -O` removes every assert, and the check with it.",
        "assert len(batch) > 0",
        'if not batch:\n    raise ValueError("the batch is empty")',
        "Silent in test code, where asserts are the point; elsewhere one note a file: shapes are asserted everywhere.",
        "b101_assert_used",
    ),
    Row(
        *("B102", "MEDIUM", "`exec` runs text as code."),
        "Whoever can change the text runs code with the rights of the training job.",
        "exec(open(config_path).read())",
        "config = tomllib.loads(open(config_path).read())",
        slug="b102_exec_used",
    ),
    Row(
        *("B103", "MEDIUM", "A file is made writable for everyone or executable for others."),
        "On a shared machine another user can swap the checkpoint or script that the next job loads.",
        'os.chmod("run.sh", 0o777)',
        'os.chmod("run.sh", 0o700)',
        slug="b103_set_bad_file_permissions",
    ),
    Row(
        *("B104", "MEDIUM", "A service listens on all interfaces."),
        "A notebook, tracking server or debug port becomes reachable from the whole network.",
        'app.run(host="0.0.0.0")',
        'app.run(host="127.0.0.1")',
        "A note: inside a container it is what a service has to do.",
        "b104_hardcoded_bind_all_interfaces",
    ),
    Row(
        *("B105", "LOW", "A string is assigned to, or compared with, a name that says password."),
        _PASSWORD,
        'db_password = "tr4in-cluster-0042"',
        'db_password = os.environ["DB_PASSWORD"]',
        _NO_KEY,
        "b105_hardcoded_password_string",
    ),
    Row(
        *("B106", "LOW", "A string is given to a parameter whose name says password."),
        _PASSWORD,
        'connect(user="ml", password="tr4in-cluster-0042")',
        'connect(user="ml", password=os.environ["DB_PASSWORD"])',
        _NO_KEY,
        "b106_hardcoded_password_funcarg",
    ),
    Row(
        *("B107", "LOW", "A parameter whose name says password has a string as default."),
        _PASSWORD,
        'def connect(user, password="tr4in-cluster-0042"):\n    return open_session(user, password)',
        "def connect(user, password):\n    return open_session(user, password)",
        _NO_KEY,
        "b107_hardcoded_password_default",
    ),
    Row(
        *("B108", "MEDIUM", "A fixed path in a temporary folder that everyone can write to."),
        "Another user can put a file or link there first; two jobs on one machine overwrite each other.",
        'cache = "/tmp/features.npy"',
        'cache = os.path.join(tempfile.mkdtemp(), "features.npy")',
        "A note: on a machine with one user, as a training node is, only the collision of two jobs is left.",
        "b108_hardcoded_tmp_directory",
    ),
    Row(
        *("B110", "LOW", "`except` swallows every error with `pass`."),
        "A sample that cannot be read, or a metric that was not logged, leaves no trace.",
        "try:\n    tracker.log(loss)\nexcept Exception:\n    pass",
        'try:\n    tracker.log(loss)\nexcept Exception:\n    logger.exception("loss not logged")',
        slug="b110_try_except_pass",
    ),
    Row(
        *("B112", "LOW", "`except` swallows every error with `continue`."),
        "The loop goes on without the item, and the data set is smaller than anybody knows.",
        "for path in paths:\n    try:\n        read(path)\n    except Exception:\n        continue",
        "for path in paths:\n    try:\n        read(path)\n    except OSError:\n        skipped.append(path)",
        slug="b112_try_except_continue",
    ),
    Row(
        *("B113", "MEDIUM", "A request without a timeout."),
        "requests waits for ever by default: a server that does not answer holds a worker, or the whole job.",
        "import requests\n\nrequests.get(url)",
        "import requests\n\nrequests.get(url, timeout=10)",
        slug="b113_request_without_timeout",
    ),
    Row(
        *("B201", "HIGH", "A Flask app runs with its debugger on."),
        "Werkzeug's debugger runs any Python that a visitor types.",
        "import flask\n\napp = flask.Flask(__name__)\napp.run(debug=True)",
        "import flask\n\napp = flask.Flask(__name__)\napp.run()",
        slug="b201_flask_debug_true",
    ),
    Row(
        *("B202", "HIGH", "A tar archive is unpacked without a look at its members."),
        "A member named `../../.bashrc`, or a link, writes outside the folder: a data set archive becomes an install.",
        "import tarfile\n\ntarfile.open(path).extractall(folder)",
        'import tarfile\n\ntarfile.open(path).extractall(folder, filter="data")',
        slug="b202_tarfile_unsafe_members",
    ),
    Row(
        *("B324", "HIGH", "MD4, MD5 or SHA-1."),
        "Two inputs with one digest can be made: good for cache keys, not for passwords and signatures.",
        "import hashlib\n\ntoken = hashlib.md5(password.encode()).hexdigest()",
        "import hashlib\n\nkey = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()",
        "A note where nothing around the call speaks of a password, key or signature: it is a checksum or cache key."
        " Say so with `usedforsecurity=False`.",
        "b324_hashlib",
    ),
    Row(
        *("B501", "HIGH", "A request that does not verify the server's certificate."),
        "Anybody on the way can answer in the server's place: with other weights, or other data.",
        "import requests\n\nrequests.get(url, verify=False, timeout=10)",
        "import requests\n\nrequests.get(url, timeout=10)",
        slug="b501_request_with_no_cert_validation",
    ),
    Row(
        *("B502", "HIGH", "An old version of SSL or TLS is asked for."),
        _TLS,
        "import ssl\n\nssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_SSLv3)",
        "import ssl\n\nssl.create_default_context().wrap_socket(sock, server_hostname=host)",
        slug="b502_ssl_with_bad_version",
    ),
    Row(
        *("B503", "MEDIUM", "A parameter has an old version of SSL or TLS as default."),
        _TLS,
        "import ssl\n\n\ndef connect(host, version=ssl.PROTOCOL_TLSv1):\n    return open_tls(host, version)",
        "import ssl\n\n\ndef connect(host, version=ssl.PROTOCOL_TLS_CLIENT):\n    return open_tls(host, version)",
        slug="b503_ssl_with_bad_defaults",
    ),
    Row(
        *("B504", "LOW", "`ssl.wrap_socket` without a version."),
        _TLS,
        "import ssl\n\nssl.wrap_socket(sock)",
        "import ssl\n\nssl.create_default_context().wrap_socket(sock, server_hostname=host)",
        slug="b504_ssl_with_no_version",
    ),
    Row(
        *("B505", "HIGH", "A key that is too short."),
        "RSA and DSA keys below 2048 bits can be broken.",
        "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
        "rsa.generate_private_key(public_exponent=65537, key_size=1024)",
        "from cryptography.hazmat.primitives.asymmetric import rsa\n\n"
        "rsa.generate_private_key(public_exponent=65537, key_size=3072)",
        slug="b505_weak_cryptographic_key",
    ),
    Row(
        *("B506", "MEDIUM", "`yaml.load` builds any object that the text asks for."),
        "`!!python/object/apply:os.system` in a configuration file is a command.",
        "import yaml\n\nyaml.load(text, Loader=yaml.Loader)",
        "import yaml\n\nyaml.safe_load(text)",
        "A note with `FullLoader`, which since PyYAML 5.4 calls nothing.",
        "b506_yaml_load",
    ),
    Row(
        *("B507", "HIGH", "An SSH client that trusts any host key."),
        "The first machine that answers gets the password, and may be any.",
        "import paramiko\n\nclient.set_missing_host_key_policy(paramiko.AutoAddPolicy)",
        "import paramiko\n\nclient.load_system_host_keys()",
        slug="b507_ssh_no_host_key_verification",
    ),
    Row(
        *("B508", "MEDIUM", "SNMP version 1 or 2."),
        "Its community string is a password that is sent in the clear.",
        'from pysnmp.hlapi import CommunityData\n\nCommunityData("public", mpModel=0)',
        'from pysnmp.hlapi import CommunityData\n\nCommunityData("public")',
        slug="b508_snmp_insecure_version",
    ),
    Row(
        *("B509", "MEDIUM", "SNMP version 3 without encryption."),
        "The messages are read on the way.",
        'from pysnmp.hlapi import UsmUserData\n\nUsmUserData("node")',
        'from pysnmp.hlapi import UsmUserData\n\nUsmUserData("node", auth_key, privacy_key)',
        slug="b509_snmp_weak_cryptography",
    ),
    Row(
        *("B601", "MEDIUM", "A command is run on another machine through a shell."),
        _SHELL,
        "import paramiko\n\nclient.exec_command(command)",
        "import paramiko\n\nclient.open_sftp().put(source, target)",
        slug="b601_paramiko_calls",
    ),
    Row(
        *("B602", "HIGH", "`subprocess` with `shell=True`."),
        _SHELL,
        'import subprocess\n\nsubprocess.run(f"rsync {source} {target}", shell=True)',
        'import subprocess\n\nsubprocess.run(["rsync", source, target], check=True)',
        slug="b602_subprocess_popen_with_shell_equals_true",
    ),
    Row(
        *("B603", "LOW", "`subprocess` without a shell."),
        "Safe against a second command; the program and its options may still come from outside.",
        "import subprocess\n\nsubprocess.run([program, source])",
        "import shutil\n\nshutil.copy(source, target)",
        "Silent: a list without a shell is the mend of B602, and bandit cannot tell a fixed program from any other.",
        "b603_subprocess_without_shell_equals_true",
    ),
    Row(
        *("B604", "MEDIUM", "Some function is called with `shell=True`."),
        _SHELL,
        "launch(command, shell=True)",
        "launch(command)",
        slug="b604_any_other_function_with_shell_equals_true",
    ),
    Row(
        *("B605", "HIGH", "`os.system`, `os.popen` and their like."),
        _SHELL,
        'import os\n\nos.system(f"rm -r {folder}")',
        "import shutil\n\nshutil.rmtree(folder)",
        slug="b605_start_process_with_a_shell",
    ),
    Row(
        *("B606", "LOW", "`os.exec…` and `os.spawn…`."),
        "The program and its options may come from outside.",
        "import os\n\nos.execv(program, arguments)",
        "import subprocess\n\nsubprocess.run(arguments, check=True)",
        slug="b606_start_process_with_no_shell",
    ),
    Row(
        *("B607", "LOW", "A program is started by its name alone."),
        "The first file of that name on `PATH` is run.",
        'import subprocess\n\nsubprocess.run(["git", "rev-parse", "HEAD"])',
        'import subprocess\n\nsubprocess.run(["/usr/bin/git", "rev-parse", "HEAD"])',
        "Silent: where `git` or `nvidia-smi` lies differs between machines, and who sets `PATH` runs the job anyway.",
        "b607_start_process_with_partial_path",
    ),
    Row(
        *("B608", "MEDIUM", "A query is put together from strings."),
        _SQL,
        "cursor.execute(f\"SELECT * FROM runs WHERE name = '{name}'\")",
        'cursor.execute("SELECT * FROM runs WHERE name = ?", (name,))',
        slug="b608_hardcoded_sql_expressions",
    ),
    Row(
        *("B609", "HIGH", "A shell expands `*` for chown, chmod, tar or rsync."),
        "A file named `--checkpoint-action=exec=sh x` in that folder is taken for an option.",
        'import os\n\nos.system("tar cf weights.tar *")',
        'import subprocess\n\nsubprocess.run(["tar", "cf", "weights.tar", "--", *names], check=True)',
        slug="b609_linux_commands_wildcard_injection",
    ),
    Row(
        *("B610", "MEDIUM", "Django's `extra` with what is not a literal."),
        _SQL,
        "Run.objects.extra(where=[condition])",
        "Run.objects.filter(name=name)",
        slug="b610_django_extra_used",
    ),
    Row(
        *("B611", "MEDIUM", "Django's `RawSQL` with what is not a literal."),
        _SQL,
        "from django.db.models.expressions import RawSQL\n\nRun.objects.annotate(score=RawSQL(query, []))",
        "from django.db.models import F\n\nRun.objects.annotate(score=F('metric'))",
        slug="b611_django_rawsql_used",
    ),
    Row(
        *("B612", "MEDIUM", "`logging.config.listen` without `verify`."),
        "It runs what it receives: everyone on the machine can send it code.",
        "import logging.config\n\nlogging.config.listen(9999)",
        "import logging.config\n\nlogging.config.listen(9999, verify=check)",
        slug="b612_logging_config_insecure_listen",
    ),
    Row(
        *("B613", "HIGH", "Control characters that turn the direction of text."),
        "The code that a reviewer sees is not the code that runs (CVE-2021-42574).",
        'level = "user<U+202E><U+2066># admins only<U+2069>"',
        'level = "user"  # admins only',
        slug="b613_trojansource",
    ),
    Row(
        *("B614", "MEDIUM", "`torch.load` that may run code from the checkpoint."),
        "A checkpoint is a pickle: whoever made the file chooses what runs when it is loaded. `weights_only=True` takes"
        " tensors and plain containers alone.",
        "import torch\n\nstate = torch.load(path)",
        "import torch\n\nstate = torch.load(path, weights_only=True)",
        "A note where `weights_only` is a variable, and where it is not given and every requirement or lock file of the"
        " repository sets torch to 2.6 or later, which has it on by default. `weights_only=False` stays a warning."
        " `audit-checkpoints` tells more of the same place; this code stays, for those who run this hook alone.",
        "b614_pytorch_load",
    ),
    Row(
        *("B615", "MEDIUM", "A download from the Hugging Face Hub that no revision pins."),
        "The owner of the repository can change weights, data and code under the same name: results are not repeatable,"
        " and `trust_remote_code` runs whatever is there today.",
        'from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained("org/net", trust_remote_code=True)',
        "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained(\n"
        '    "org/net", trust_remote_code=True, revision="4d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0"\n)',
        "One finding a file with the count, new where the count grows: one decision is behind them. A note, for names"
        " are often local folders; a warning where `trust_remote_code=True` runs what is downloaded.",
        "b615_huggingface_unsafe_download",
    ),
    Row(
        *("B701", "HIGH", "A Jinja2 environment that does not escape HTML."),
        _HTML,
        "import jinja2\n\n# pages of html\nenvironment = jinja2.Environment(loader=loader)",
        "import jinja2\n\nenvironment = jinja2.Environment(loader=loader, autoescape=True)",
        "A note in a file that never says html: prompts and chat templates are plain text and must not be escaped.",
        "b701_jinja2_autoescape_false",
    ),
    Row(
        *("B702", "MEDIUM", "A Mako template."),
        _HTML,
        "from mako.template import Template\n\nTemplate(text).render(name=name)",
        "import jinja2\n\njinja2.Environment(autoescape=True).from_string(text).render(name=name)",
        slug="b702_use_of_mako_templates",
    ),
    Row(
        *("B703", "MEDIUM", "Django's `mark_safe` on what is not a literal."),
        _HTML,
        "from django.utils.safestring import mark_safe\n\nmark_safe(comment)",
        'from django.utils.html import format_html\n\nformat_html("<b>{}</b>", comment)',
        slug="b703_django_mark_safe",
    ),
    Row(
        *("B704", "MEDIUM", "`Markup` on what is not a literal."),
        _HTML,
        "from markupsafe import Markup\n\nMarkup(comment)",
        "from markupsafe import escape\n\nescape(comment)",
        slug="b704_markupsafe_markup_xss",
    ),
)
