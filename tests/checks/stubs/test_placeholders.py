"""Placeholder values: which values count, where they stand, and that the quick test never loses one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_audit_hooks.checks.stubs import placeholders
from tests.checks.stubs.support import counted, findings


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param("", "key", id="empty"),
        pytest.param("???", "key", id="to be set, OmegaConf"),
        pytest.param("${oc.env:TOKEN}", "key", id="reference"),
        pytest.param("https://host/your_page", "key", id="address"),
        pytest.param("yours", "key", id="word that begins alike"),
        pytest.param("your name and more", "key", id="prose"),
        pytest.param("todos", "key", id="word that goes on"),
        pytest.param("TODO: say more", "title", id="marker under a title"),
        pytest.param("TODO", "tags", id="marker under tags"),
        pytest.param("XXX", "", id="marker in a list"),
        pytest.param("changeme", "", id="word in a list"),
        pytest.param("your name", "placeholder", id="hint of a form"),
        pytest.param("<pad>", "pad_token", id="token of a model"),
        pytest.param("<|endoftext|>", "eos", id="special token"),
        pytest.param("<image>", "token", id="image token"),
        pytest.param("{{ placeholder }}", "image", id="variable of a template"),
        pytest.param("x" * 201 + "changeme", "key", id="long text"),
    ],
)
def test_a_value_that_stands_for_itself_is_silent(value: str, key: str) -> None:
    assert not placeholders.is_placeholder(value, key)


@pytest.mark.parametrize(
    ("value", "key"),
    [
        pytest.param("changeme", "password", id="changeme"),
        pytest.param("ChangeMe", "password", id="in capitals"),
        pytest.param("TODO", "path", id="marker"),
        pytest.param("TODO: the path", "path", id="marker with words"),
        pytest.param("<TODO>", "path", id="marker in brackets"),
        pytest.param("[replace_me]", "path", id="in square brackets"),
        pytest.param("your_token", "token", id="your"),
        pytest.param("your-32-byte-key-here", "key", id="here"),
        pytest.param("<your entity>", "entity", id="brackets"),
        pytest.param("<your entity>", "", id="brackets in a list"),
        pytest.param("<BASE64_ENCODED_PASSWORD>", "password", id="what only a person knows"),
        pytest.param("hf_xxxxxxxx", "token", id="crossed out"),
        pytest.param("/path/to/...", "path", id="cut off"),
        pytest.param("replace with the real one", "key", id="sentence"),
    ],
)
def test_a_value_to_be_filled_in_is_found(value: str, key: str) -> None:
    assert placeholders.is_placeholder(value, key)


WORDS = st.sampled_from(
    "your_ your- <your changeme TODO todo: tbd: xxx XXXX <bucket <email> > _here -here /... <path replace_me"
    " insert_here placeholder notset K İ é <todo> fillme to_be_defined dummy_value [ ] - _ a 1".split()
)


@settings(max_examples=3000)
@given(
    st.lists(st.one_of(WORDS, st.just(" "), st.text(max_size=2)), max_size=4).map("".join), st.sampled_from(("k", ""))
)
def test_a_placeholder_passes_the_quick_test(value: str, key: str) -> None:
    if placeholders.is_placeholder(value, key.strip()):
        assert placeholders.may_hold(value.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        pytest.param("a.yaml", "# key: changeme\n", [], id="yaml, comment"),
        pytest.param("a.yaml", "key: 1  # changeme\n", [], id="yaml, comment behind a value"),
        pytest.param("a.yaml", "run: |\n  key: changeme\n\n  more: changeme\n", [], id="yaml, command"),
        pytest.param("a.yaml", "- TODO\n- FIXME\n", [], id="yaml, list of markers"),
        pytest.param("a.yaml", "key:changeme\n", [], id="yaml, no pair"),
        pytest.param("a.json", '{"tags": ["TODO", "XXX"]}', [], id="json, list of markers"),
        pytest.param("a.json", '{"changeme": 1}', [], id="json, a key"),
        pytest.param("a.json", '{"title": "\\"TODO\\": x"}', [], id="json, quotes in a text"),
        pytest.param("a.toml", 't = """\nkey = "changeme"\n"""\n', [], id="toml, text of several lines"),
        pytest.param("a.cfg", "notes=FIXME,XXX,TODO\n", [], id="ini, vocabulary"),
        pytest.param("Dockerfile", "RUN echo changeme\n", [], id="dockerfile, command"),
        pytest.param("a.txt", "key: changeme\n", [], id="another language"),
        pytest.param("a.json", '{"a": "changeme", "b": "' + "x" * 10_000 + '"}', [], id="json, data on one line"),
        pytest.param("a.yaml", "a: 1\nkey: changeme\n", [(2, 6, "key", "changeme")], id="yaml"),
        pytest.param(
            "a.yaml", "run: |\n  x\nkey: 'changeme' # y\n", [(3, 7, "key", "changeme")], id="yaml, behind a block"
        ),
        pytest.param("a.yaml", "- key: changeme\r\n", [(1, 8, "key", "changeme")], id="yaml, list of mappings"),
        pytest.param("a.yaml", '- "<your key>"  # a: b\n', [(1, 4, "", "<your key>")], id="yaml, list"),
        pytest.param(
            "a.yml", "changeme: changeme\n", [(1, 11, "changeme", "changeme")], id="yaml, key of the same name"
        ),
        pytest.param(
            "a.json",
            '{"a": "changeme", "b": ["<your b>"]}',
            [(1, 8, "a", "changeme"), (1, 26, "", "<your b>")],
            id="json, several on a line",
        ),
        pytest.param("a.toml", "key = 'tbd'\n", [(1, 8, "key", "tbd")], id="toml"),
        pytest.param("a.ini", "key: changeme ; why\n", [(1, 6, "key", "changeme")], id="ini, colon"),
        pytest.param(".env", "export KEY=changeme # x\n", [(1, 12, "KEY", "changeme")], id="env"),
        pytest.param(
            "Dockerfile",
            'ENV A=1 KEY="changeme"\nENV OLD your_key\n',
            [(1, 14, "KEY", "changeme"), (2, 9, "OLD", "your_key")],
            id="dockerfile, both forms",
        ),
    ],
)
def test_values_are_read_by_language(path: str, text: str, found: list[tuple[int, int, str, str]]) -> None:
    got = [f for f in counted({path: text})[path] if f.code == "STB006"]
    assert [(f.line, f.column, "" if f.symbol == "-" else f.symbol, f.text) for f in got] == found


KEYS = st.sampled_from(("key", "api_token", "my.path"))
VALUES = st.sampled_from(("changeme", "<your key>", "TODO", "your_name", "3", "localhost", "hf_xxxx", "a changeme b"))


@given(st.lists(st.tuples(KEYS, VALUES), min_size=1, max_size=5), st.sampled_from(("YAML", "TOML", "JSON", "INI")))
def test_a_value_stands_where_it_is_said_to_stand(pairs: list[tuple[str, str]], language: str) -> None:
    form = {"YAML": "{}: '{}'", "TOML": '{} = "{}"', "JSON": '"{}": "{}",', "INI": "{} = {}"}[language]
    lines = [form.format(key, value) for key, value in pairs]
    found = [*placeholders.in_text("\n".join(lines), language)]
    assert [v.line for v in found] == [i for i, (k, v) in enumerate(pairs, 1) if placeholders.is_placeholder(v, k)]
    for value in found:
        assert lines[value.line - 1][value.column - 1 :].startswith(value.text)
        assert (value.key, value.text) == pairs[value.line - 1]


@pytest.mark.parametrize(
    ("path", "is_template"),
    [
        pytest.param("conf/run.yaml", False, id="plain"),
        pytest.param("conf/default.yaml", False, id="default settings"),
        pytest.param("examples/run.yaml", False, id="folder of examples"),
        pytest.param(".env", False, id="env"),
        pytest.param(".env.example", True, id="env example"),
        pytest.param("config.sample.yaml", True, id="sample"),
        pytest.param("config_template.yml", True, id="template in the name"),
        pytest.param("example-config.toml", True, id="example in the name"),
        pytest.param("settings.ini.dist", True, id="dist"),
    ],
)
def test_a_template_is_told_by_its_name(path: str, is_template: bool) -> None:
    assert placeholders.is_template(path) == is_template


def test_values_of_a_template_do_not_count() -> None:
    assert findings("key: changeme\n", "conf/run.example.yaml") == []
    assert findings("key: changeme\n", "conf/run.yaml") == [(1, "placeholder-value", "key")]
