"""Policies from Python: rules, manifests, the function that is asked, answers that hold for all runs."""

import pytest

import kato

HOST = kato.agent_host()
enforced = pytest.mark.skipif(HOST["best"] is None, reason=f"nothing is enforced here: {HOST['missing']}")
PATIENCE = 60


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes"
    path.write_text("from the notes\n")
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    return path


@pytest.fixture
def agent(tmp_path, notes):
    """A folder with an agent that asks for the notes."""
    folder = tmp_path / "agent"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "run.sh").write_text(f'#!/bin/sh\nread line <{notes}\necho "$line" >&4\n')
    (folder / "run.sh").chmod(0o755)
    (folder / "kato-agent.toml").write_text(
        f'name = "agent"\nprogram = "run.sh"\n[permissions]\nread = ["{notes}"]\n[limits]\nwall = "20s"\n'
    )
    return folder


@pytest.fixture
def chat(store):
    return store.create_chat("a chat")


def output_of(run):
    assert run.wait(PATIENCE) == "ok", run.report
    with open(run.output_path, encoding="utf-8") as file:
        return file.read()


def test_an_empty_policy_grants_nothing():
    description = kato.Policy().describe()
    assert description["manifest"] is None and description["grants"] == []


def test_rules_are_described(notes):
    policy = kato.Policy(allow={"read": [notes], "env": ["TZ"]})
    policy.deny("env", "TERM")
    policy.allow("env", "TERM")
    description = policy.describe()
    assert [rule["value"] for rule in description["granted"]] == [str(notes), "TZ"]
    assert description["granted"][0]["origin"] == "api"
    assert [rule["refusal"] for rule in description["refused"]] == ["denied"]
    assert description["environment"] == ["TZ"]


def test_what_makes_no_sense_is_refused(notes):
    for wrong in ({"allow": {"fly": ["x"]}}, {"allow": {"env": ["A=b"]}}, {"manifest_text": "name = 1"}):
        with pytest.raises(kato.Invalid):
            kato.Policy(**wrong)
    with pytest.raises(TypeError):
        kato.Policy(allow={"read": "notes"})
    with pytest.raises(kato.NotFound):
        kato.Policy(manifest="/no/such/manifest")
    with pytest.raises(kato.Invalid) as error:
        kato.Policy(manifest_text='name = "a"\nnonsense = 1\n')
    assert error.value.detail["line"] == 2
    other = notes.with_name("manifest.toml")
    other.write_text('name = "a"\n')
    with pytest.raises(kato.Exists):
        kato.Policy(manifest=other, manifest_text='name = "a"')


def test_a_manifest_asks_and_its_text_is_as_good_as_its_file(agent, notes):
    by_file = kato.Policy(manifest=agent).describe()
    text = (agent / "kato-agent.toml").read_text()
    by_text = kato.Policy(manifest_text=text, folder=agent).describe()
    assert by_file["manifest"]["program"] == by_text["manifest"]["program"] == str(agent / "run.sh")
    for description in (by_file, by_text):
        assert [one["refusal"] for one in description["requests"]["unmet"]] == ["not_granted"]
        assert description["granted"] == []


@enforced
def test_a_manifest_names_the_program_and_grants_nothing(store, chat, agent, notes):
    assert output_of(store.run_agent(chat, policy=kato.Policy(manifest=agent))) == "\n"
    allowed = kato.Policy(manifest=agent, allow={"read": [notes]})
    run = store.run_agent(chat, policy=allowed)
    assert output_of(run) == "from the notes\n"
    assert run.report["policy"]["requests"]["met"]
    assert output_of(store.run_agent(chat, policy=allowed)) == "from the notes\n"  # and again
    with pytest.raises(kato.Invalid):
        store.run_agent(chat, policy=allowed, allow={"read": [notes]})
    with pytest.raises(kato.Invalid):
        store.run_agent(chat, policy=kato.Policy())
    with pytest.raises(kato.Invalid):
        store.run_agent(chat)


@enforced
def test_a_function_has_the_last_word(store, chat, notes):
    asked = []

    def answer(grant):
        asked.append(grant)
        return keep

    policy = kato.Policy(allow={"read": [notes]}, on_grant=answer)
    command = ["sh", "-c", f'read line <{notes}; echo "$line" >&4']
    keep = True
    assert policy.describe()["grants"][0]["path"] == str(notes)
    assert output_of(store.run_agent(chat, command, policy=policy)) == "from the notes\n"
    assert [(grant["capability"], grant["paths"]) for grant in asked] == [("read", [str(notes)])] * 2
    for keep in (False, None):
        assert policy.describe()["refused"][0]["refusal"] == "withheld"
        with pytest.raises(kato.Denied):
            store.run_agent(chat, command, policy=policy)


@enforced
def test_what_the_function_raises_ends_the_run_before_it_begins(store, chat, notes):
    def answer(grant):
        raise KeyError("no")

    policy = kato.Policy(allow={"read": [notes]}, on_grant=answer)
    with pytest.raises(KeyError):
        policy.describe()
    with pytest.raises(KeyError):
        store.run_agent(chat, ["true"], policy=policy)
    assert store.runs() == []


def test_a_policy_is_not_used_by_its_own_function(notes):
    policy = kato.Policy(allow={"read": [notes]}, on_grant=lambda grant: policy.describe())
    with pytest.raises(RuntimeError, match="in use"):
        policy.describe()
    with pytest.raises(RuntimeError):
        policy.describe()  # it is well again, to fail in the same way


@enforced
def test_an_answer_for_all_runs_is_kept_bound_and_forgotten(store, chat, agent, notes):
    assert store.grants() == []
    policy = kato.Policy(manifest=agent)
    assert policy.recall(store) == 0
    with pytest.raises(kato.Invalid):
        policy.remember(store, "read", "/etc/hosts")
    policy.remember(store, "read", notes)
    (grant,) = store.grants()
    assert (grant["capability"], grant["value"], grant["program"]) == ("read", str(notes), str(agent / "run.sh"))
    again = kato.Policy(manifest=agent)
    assert again.recall(store) == 1
    assert output_of(store.run_agent(chat, policy=again)) == "from the notes\n"
    with pytest.raises(kato.Denied):
        store.run_agent(chat, ["true"], policy=again)
    assert kato.Policy(manifest=agent).recall(store, [agent / "run.sh", "-v"]) == 0
    (agent / "run.sh").write_text((agent / "run.sh").read_text() + ":\n")
    assert kato.Policy(manifest=agent).recall(store) == 0
    with pytest.raises(kato.Denied):
        store.run_agent(chat, policy=again)
    store.forget_grant(grant["id"][:6])
    assert store.grants() == []
    with pytest.raises(kato.NotFound):
        store.forget_grant(grant["id"])
