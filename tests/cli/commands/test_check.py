"""`check`: one honest line for everything that is configured."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.models.engine import Engine
from tests.support.paths import ServerCommand, demo_server, early_server, raw_server
from tests.support.program import DEMO_MODEL, assert_gone, process_ids, run, running, unreachable_model, write_config
from tuui_sampling.cli import exit_codes

KEY = "sk-test-0123456789"
MISSING = ServerCommand("no-such-command", ())


def check(config: Path, *arguments: str, **environ: str) -> tuple[int, dict[tuple[str, str], dict[str, Any]]]:
    """Run `check --json` and return the exit code and the findings by kind and name."""
    done = run("check", "--config", config, "--json", *arguments, **environ)
    value = json.loads(done.stdout)
    assert value.keys() == {"ok", "config", "findings"}
    assert value["config"] == str(config)
    assert value["ok"] == (done.returncode == 0)
    return done.returncode, {(one["kind"], one["name"]): one for one in value["findings"]}


def test_all_is_well(tmp_path: Path) -> None:
    config = write_config(tmp_path, models=f'{DEMO_MODEL}[models.me]\nprovider = "human"\n')
    done = run("check", "--config", config)
    said = done.stdout.splitlines()
    lines = [one for one in said if not one.startswith("ok    network")]  # of the variables of whoever runs this
    assert (done.returncode, done.stderr) == (exit_codes.OK, "")
    assert lines[0] == f"ok    config   {config}: 1 server, 2 models"
    assert lines[1].startswith("ok    record   ") and "ledger.sqlite3: can be written" in lines[1]
    assert lines[2].startswith("ok    server   demo: 9 tools, 2025-11-25 (legacy), ")
    assert lines[3:] == [
        "ok    model    demo: this computer, no key needed",
        "ok    model    me: this computer, no key needed",
    ]


def test_each_server_that_fails_says_why(tmp_path: Path) -> None:
    no_folder = 'cwd = "/no/such/folder"\n'
    config = write_config(
        tmp_path, {"missing": MISSING, "crashing": raw_server("crash-at-start"), "good": raw_server()}, models=""
    )
    unset = '[servers.unset]\ncommand = "true"\nargs = ["${NOT_SET_AT_ALL}"]\n[servers.slip]\ncomand = "true"\n'
    off = '[servers.off]\ncommand = "${NOT_SET_AT_ALL}"\nenabled = false\n'
    config.write_text(f'{config.read_text()}\n[servers.homeless]\ncommand = "true"\n{no_folder}{unset}{off}')
    done = run("check", "--config", config)
    assert done.returncode == exit_codes.NOT_WELL
    assert "args[0]: the environment variable NOT_SET_AT_ALL is not set — correct its table" in done.stdout
    assert 'comand: unknown key (did you mean "command"?)' in done.stdout
    assert "skip  server   off: not enabled, and can't be used: line " in done.stdout
    assert ": 7 servers, no model is configured: you answer by hand until " in done.stdout
    assert "fail  server   missing: the command no-such-command was not found — check `command`" in done.stdout
    assert "fail  server   crashing: it exited with code 3 — it said: raw server: the licence file" in done.stdout
    assert "fail  server   homeless: its folder /no/such/folder does not exist" in done.stdout
    assert "ok    server   good: 2 tools" in done.stdout


def test_servers_as_json(tmp_path: Path) -> None:
    config = write_config(tmp_path, {"missing": MISSING, "good": raw_server()})
    code, findings = check(config)
    assert code == exit_codes.NOT_WELL
    good, missing = findings["server", "good"], findings["server", "missing"]
    assert (good["level"], good["tools"], good["protocol_version"], good["era"]) == ("ok", 2, "2025-11-25", "legacy")
    assert (missing["level"], missing["message"]) == ("fail", "the command no-such-command was not found")
    assert missing["hint"]


def test_a_server_that_is_not_enabled_is_not_started(tmp_path: Path) -> None:
    code, findings = check(write_config(tmp_path, {"off": MISSING}, more="enabled = false"))
    assert code == exit_codes.OK
    assert findings["server", "off"]["level"] == "skip"


def test_a_server_that_is_too_slow_fails_alone(tmp_path: Path) -> None:
    servers = {"slow": raw_server("slow-start", "--delay", "600"), "good": raw_server()}
    code, findings = check(write_config(tmp_path, servers, more="startup_timeout = 3"))
    assert code == exit_codes.NOT_WELL
    assert (
        findings["server", "slow"]["message"] == "it was not ready within 3 s; raise startup_timeout if it needs longer"
    )
    assert findings["server", "good"]["level"] == "ok"


def test_what_a_server_asks_while_it_starts_is_refused(tmp_path: Path) -> None:
    asking = early_server("asks", tmp_path / "answer")
    code, findings = check(write_config(tmp_path, {"early": asking}))
    assert (code, findings["server", "early"]["level"]) == (exit_codes.OK, "ok")
    answer = json.loads((tmp_path / "answer").read_text())
    assert "result" not in answer
    assert answer["error"]["code"] == -1


def test_what_a_server_says_is_shown_with_everything_revealed(tmp_path: Path) -> None:
    code = r"import sys; print('\x1b]0;owned\x07 \u202egnitide', file=sys.stderr); sys.exit(4)"
    done = run("check", "--config", write_config(tmp_path, {"bad": ServerCommand(sys.executable, ("-c", code))}))
    assert "it exited with code 4 — it said: ␛]0;owned␇ ⟪U+202E⟫gnitide" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_key_that_is_missing(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, '[models.sonnet]\nprovider = "anthropic"\nmodel = "claude"\n')
    without, having = run("check", "--config", config), run("check", "--config", config, ANTHROPIC_API_KEY=KEY)
    assert without.returncode == exit_codes.NOT_WELL
    assert "fail  model    sonnet: api.anthropic.com, ANTHROPIC_API_KEY is not set" in without.stdout
    assert having.returncode == exit_codes.OK
    assert "ok    model    sonnet: api.anthropic.com, the key is set" in having.stdout
    assert KEY not in having.stdout + having.stderr


def test_a_ping_is_sent_only_when_asked_for(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, f'{DEMO_MODEL}{unreachable_model()}[models.me]\nprovider = "human"\n')
    assert check(config)[0] == exit_codes.OK
    config.write_text(f'{config.read_text()}[models.slip]\nprovider = "demo"\nprovder = "x"\n')
    code, findings = check(config, "--ping")
    assert code == exit_codes.NOT_WELL
    assert findings["model", "demo"]["usage"]["output_tokens"] > 0
    assert findings["model", "demo"]["answered_by"] == "demo"
    assert findings["model", "gone"]["level"] == "fail"
    assert findings["model", "slip"]["problems"] == [
        {"key_path": "models.slip.provder", "line": 12, "message": 'unknown key (did you mean "provider"?)'}
    ]
    assert "usage" not in findings["model", "me"]


def test_a_ping_that_fails_shows_no_key(tmp_path: Path) -> None:
    config = write_config(tmp_path, {}, unreachable_model(key="SOME_API_KEY"))
    done = run("check", "--config", config, "--ping", SOME_API_KEY=KEY)
    assert done.returncode == exit_codes.NOT_WELL
    assert "fail  model    gone: 127.0.0.1:" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_a_real_engine_answers_the_ping(tmp_path: Path, engine: Engine) -> None:
    model = f'provider = "openai-compatible"\nmodel = "{engine.model}"\nbase_url = "{engine.base_url}"\n'
    code, findings = check(write_config(tmp_path, {}, f"[models.local]\n{model}"), "--ping")
    assert code == exit_codes.OK
    assert 0 < findings["model", "local"]["usage"]["output_tokens"] <= 16


def test_a_record_that_can_not_be_written(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_text("a file where a folder should be")
    code, findings = check(write_config(tmp_path, {}), XDG_STATE_HOME=str(state))
    assert code == exit_codes.NOT_WELL
    (record,) = (finding for (kind, _), finding in findings.items() if kind == "record")
    assert record["level"] == "fail"
    assert "a file, not a folder" in record["message"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_its_servers(tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    servers = {"slow": raw_server("slow-start", "--pid-file", str(pids), "--delay", "600"), "demo": demo_server()}
    with running("check", "--config", write_config(tmp_path, servers)) as process:
        started = process_ids(pids)
        process.send_signal(number)
        assert process.wait(30) == 128 + number
        assert_gone(*started)


@pytest.mark.parametrize("others", [True, False], ids=["with other problems", "alone"])
def test_what_the_full_screen_can_not_do_is_listed_with_all_else(tmp_path: Path, others: bool) -> None:
    config = tmp_path / "config.toml"
    interface = '[interface]\ntheme = "x"\n[interface.keys]\napprove = "g"\nno = "f9"\n'
    config.write_text(f'[models.d]\nprovider = "{"dmo" if others else "demo"}"\n{interface}')
    config.chmod(0o600)
    done = run("--config", str(config), "check")
    assert done.returncode == exit_codes.USAGE
    wrong = [
        f"{config}:4: interface.theme: ",
        f"{config}:6: interface.keys.approve: ",
        f"{config}:7: interface.keys.no: ",
    ]
    wrong = [f"{config}:2: models.d.provider: "] * others + wrong
    told = done.stderr.splitlines()[1:]
    assert [line.startswith(start) for line, start in zip(told, wrong, strict=True)] == [True] * len(wrong)


def test_a_root_that_is_not_there_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    config = write_config(tmp_path, more='roots = ["there", "gone"]')
    code, findings = check(config)
    assert code == exit_codes.OK
    (level, message) = (findings["root", "demo"][key] for key in ("level", "message"))
    assert (level, message) == ("warn", f"there is nothing at {tmp_path / 'gone'}")


def test_what_the_environment_says_of_the_network_is_checked_and_shown(tmp_path: Path) -> None:
    models = '[models.far]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "https://models.example/v1"\n'
    models += '[models.near]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'
    config = write_config(tmp_path, {}, models=models)
    well, found = check(config, HTTPS_PROXY="http://me:hunter2@127.0.0.1:3128", NO_PROXY="127.0.0.1")
    assert well == exit_codes.OK
    assert found["network", "HTTPS_PROXY"]["message"] == "proxy 127.0.0.1:3128"
    assert found["model", "far"]["route"] == "via proxy 127.0.0.1:3128 (HTTPS_PROXY)"
    assert "hunter2" not in str(found)
    broken, found = check(config, ALL_PROXY="socks://127.0.0.1:1080", SSL_CERT_FILE="/nonexistent.pem")
    assert broken == exit_codes.NOT_WELL
    assert (found["network", "ALL_PROXY"]["level"], found["network", "SSL_CERT_FILE"]["level"]) == ("warn", "warn")
    assert "ALL_PROXY" in found["model", "far"]["message"]
    well, found = check(config, ALL_PROXY="socks://127.0.0.1:1080", NO_PROXY="models.example,127.0.0.1")
    assert (well, found["model", "far"]["level"], found["network", "ALL_PROXY"]["level"]) == (0, "ok", "warn")
