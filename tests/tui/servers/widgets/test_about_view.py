"""What the Servers screen tells of a server, and what it never shows."""

from pathlib import Path

from tuui_sampling.config.load import parse
from tuui_sampling.servers.state.server import Server
from tuui_sampling.tui.servers.widgets.about_view import facts_of

SECRET = "sk-live-0123456789"


def test_values_from_the_environment_are_shown_as_the_file_has_them() -> None:
    text = """
        [servers.near]
        command = "run"
        args = ["--key=${KEY}", "plain"]
        env.PRIVATE = "${KEY}"
        [servers.far]
        url = "https://example.com/${KEY}"
        headers.X-Key = "${KEY}"
    """
    servers = parse(text, {"KEY": SECRET}, Path("config.toml")).servers
    facts = {name: {label: str(fact) for label, fact in facts_of(Server(one)).items()} for name, one in servers.items()}
    assert facts["near"]["command"] == "run '--key=${KEY}' plain"
    assert (facts["far"]["host"], facts["far"]["headers"]) == ("example.com", "X-Key (values are not shown)")
    assert SECRET not in str(facts)
