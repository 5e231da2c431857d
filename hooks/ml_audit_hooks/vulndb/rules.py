"""The pages of the LCK1xx codes. ``ml-audit explain`` prints them; ``docs/rules/`` is made from them."""

from __future__ import annotations

from ml_audit_hooks.core.finding import Rule

_NAME = "audit-lockfiles"
_IGNORING = """\
Where it does not concern this repository, name it in the configuration with the reason and a day on which to look
again; any of its identifiers will do:
```toml
[tool.ml-audit.lockfiles.ignore]
"PYSEC-2022-42969" = "py.path.svnwc is never imported until=2027-06-01"
```"""
_SNAPSHOT = """\
The answer comes from a snapshot on this machine, never from the network; every message names its date and how many
records it holds. What was published later, and what the databases do not know, is not found."""
_PYSEC = "The Python Packaging Advisory Database and the evaluation algorithm of the OSV schema; joined by pip-audit."

RULES = (
    Rule(
        "LCK101",
        _NAME,
        "error",
        "vulnerable",
        f"""A pinned version has known vulnerabilities.

## Why it matters
A lock file installs the same version everywhere, the vulnerable one too. Training and serving images live for months,
and they read files and requests from others: a model loader or an HTTP server with a published exploit is the shortest
way in.

## Bad
```
torch==1.12.0+cu113
```

## Good
```
torch==1.13.1+cu117
```
The message names the identifiers and the least version, at or above those that the records call fixed, in which none is
known. All pins count, whatever their environment marker or group says; a local segment such as `+cu113` names a build
and is left out. One package version is one finding.

{_IGNORING}

## What stays silent
Packages without a pinned version, from a repository or a folder, and of conda or npm, whose names are not those of
PyPI. Withdrawn records. {_SNAPSHOT}

## Source
{_PYSEC}
""",
    ),
    Rule(
        "LCK102",
        _NAME,
        "error",
        "malicious",
        f"""A pinned package is reported as malware.

## Why it matters
Such packages steal credentials when they are installed or imported. The name is often one letter away from a known one.

## Bad
```
reqeusts==1.0.0
```

## Good
```
requests==2.32.3
```
Remove it, look who added it, and replace every credential that was within its reach: where it ran, upgrading helps
nothing.

## What stays silent
Versions that the report does not name. {_SNAPSHOT}

## Source
OpenSSF Malicious Packages, whose identifiers begin with `MAL-`.
""",
    ),
    Rule(
        "LCK103",
        _NAME,
        "note",
        "open-range",
        f"""An advisory without an end may concern a pinned version.

## Why it matters
Some records say since when a package is vulnerable and never say when it was mended. By the letter every later version
is affected, though nobody has looked at it. That is worth a look and no reason to stop a commit.

## Bad
```
somepackage==3.1   # the record lists versions up to 2.8 and names no fixed one
```

## Good
Read the advisory. Where the version is mended or the code is not reached, say so in the configuration; where it is not,
treat it as LCK101.

{_IGNORING}

## What stays silent
Versions up to the newest that the record lists: these are LCK101. {_SNAPSHOT}

## Source
{_PYSEC}
""",
    ),
    Rule(
        "LCK104",
        _NAME,
        "note",
        "not-checked",
        """Pinned packages were not checked for known vulnerabilities.

## Why it matters
Nothing found and nothing looked for must not read the same.

## Bad
A machine without a snapshot of advisories, or a pin such as `package===2019-final` whose version cannot be compared.

## Good
```
ml-audit vulndb update --from advisory-database.zip
```
The source is a checkout or archive of the PyPA database or of GitHub's, OSV's export for PyPI, or an https address of
such an archive. Only this command, with an address, uses the network. The index is a file in the user's data folder
(`ml-audit-hooks/advisories.index`); the variable `ML_AUDIT_VULNDB` or the setting `vulndb` names another.

## What stays silent
Repositories that pin nothing.

## Source
The OSV schema; PEP 440 for what a version is.
""",
    ),
    Rule(
        "LCK105",
        _NAME,
        "warning",
        "old-snapshot",
        """The snapshot of advisories is old.

## Why it matters
What was published since is not in it: of 94 vulnerabilities known for a dozen package versions, a snapshot of 22
months before lacked 56.

## Bad
A snapshot that is more than 90 days older than the commit.

## Good
```
ml-audit vulndb update --from advisory-database.zip
```
The setting `max_snapshot_age` changes the number of days; 0 never warns. The age is counted from the newest change in
the data to the date of the commit, so that two machines say the same.

## What stays silent
A snapshot that is newer than the commit.

## Source
The PyPA database of October 2024 against the recorded results of a scanner from August 2026.
""",
    ),
    Rule(
        "LCK106",
        _NAME,
        "warning",
        "expired-ignore",
        """A vulnerability is ignored beyond the day that was set for it.

## Why it matters
The reason was good until that day. After it the vulnerability counts again, and someone has to decide anew.

## Bad
```toml
[tool.ml-audit.lockfiles.ignore]
"PYSEC-2023-227" = "no fixed wheel for our platform yet until=2024-01-01"
```

## Good
Upgrade and delete the entry, or give a new day with the reason of today.

## What stays silent
Entries without a day.

## Source
As with the suppression comments of this project: a reason is required, a day is advised.
""",
    ),
)
