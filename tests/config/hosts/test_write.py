"""Servers are added to a configuration without anything else in it changing."""

import stat
import tomllib
from pathlib import Path

from tuui_sampling.config.hosts.server import HostServer
from tuui_sampling.config.hosts.write import HEADER, added, free_name, save

NOTES = HostServer("notes", {"command": "cat", "env": {"A": "1", "B": "2"}}, ("one thing\nis lost",))


def test_comments_and_order_are_kept() -> None:
    before = (
        '# mine\ndefault_model = "demo"  # the best\n\n[servers.b]\ncommand = "b"\n\n[models.demo]\nprovider = "demo"\n'
    )
    after = added(before, [NOTES], {"notes": "Cursor: mcp.json"})
    assert after.startswith('# mine\ndefault_model = "demo"  # the best\n')
    assert "\n\n[models.demo]" in after and after.endswith("\n") and not after.endswith("\n\n")
    assert "# from Cursor: mcp.json" in after and "# one thing is lost" in after
    assert tomllib.loads(after) == {
        "default_model": "demo",
        "servers": {"b": {"command": "b"}, "notes": {"command": "cat", "env": {"A": "1", "B": "2"}}},
        "models": {"demo": {"provider": "demo"}},
    }


def test_a_new_file_begins_with_what_it_is() -> None:
    assert added("", [NOTES], {}).startswith(HEADER)


def test_odd_names_and_texts_survive() -> None:
    odd = HostServer('a "b".c', {"command": "C:\\x", "args": ["\n", "é", "$${"]})
    assert tomllib.loads(added("", [odd], {}))["servers"]['a "b".c'] == odd.table


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert free_name("a", set()) == "a"
    assert free_name("a", {"a"}) == "a-2"
    assert free_name("a", {"a", "a-2", "a-3"}) == "a-4"


def test_the_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.toml"
    save(path, "x = 1\n")
    assert path.read_text() == "x = 1\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
