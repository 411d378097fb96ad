"""kato agent run: programs of compiled languages, and interpreters that lie where nobody expects them; nothing is granted by hand."""

import os
import pathlib
import shutil
import subprocess

import pytest

C = """#include <stdio.h>
int main(void) { long n = 0; while (getchar() != EOF) ++n; printf("got %ld\\n", n); return 0; }
"""
GO = """package main

import ("fmt"; "io"; "os"; "runtime"; "time")

func main() {
    b, err := io.ReadAll(os.Stdin)
    if err != nil { panic(err) }
    c := make(chan int)
    go func() { time.Sleep(time.Millisecond); runtime.GC(); c <- len(b) }()
    fmt.Println("got", <-c)
}
"""
CGO = """package main

// #include <stdlib.h>
// static int same(int x) { void *p = malloc(10); free(p); return x; }
import "C"
import ("fmt"; "io"; "os")

func main() {
    b, err := io.ReadAll(os.Stdin)
    if err != nil { panic(err) }
    c := make(chan int)
    go func() { c <- int(C.same(C.int(len(b)))) }()
    fmt.Println("got", <-c)
}
"""
RUST = """use std::io::Read;
fn main() {
    let mut s = String::new();
    std::io::stdin().read_to_string(&mut s).unwrap();
    println!("got {}", std::thread::spawn(move || s.len()).join().unwrap());
}
"""

# What compiles, its source, and the most that may be granted: the program, its loader and libraries.
LANGUAGES = {
    "c": (["cc", "-o", "{out}", "{in}"], "agent.c", C, 4),
    "c, static": (["cc", "-static", "-o", "{out}", "{in}"], "agent.c", C, 1),
    "go, static": (["go", "build", "-o", "{out}", "{in}"], "agent.go", GO, 1),
    "go with cgo": (["go", "build", "-o", "{out}", "{in}"], "agent.go", CGO, 4),
    "rust": (["rustc", "-o", "{out}", "{in}"], "agent.rs", RUST, 5),
}


@pytest.fixture
def chat(kato):
    kato.folder.chmod(0o755)
    return kato.new_chat("a chat", "a question", "an answer")


@pytest.fixture(scope="module", params=LANGUAGES)
def built(request, tmp_path_factory):
    """A program of each language, made once, and the most that may be granted to it."""
    command, name, text, most = LANGUAGES[request.param]
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]} here")
    folder = tmp_path_factory.mktemp("built")
    (folder / name).write_text(text)
    env = {**os.environ, "CGO_ENABLED": str(int("cgo" in request.param)), "GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    done = subprocess.run(
        [word.format(out=folder / "agent", **{"in": folder / name}) for word in command], capture_output=True, cwd=folder, env=env, check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"{request.param} does not compile here: {done.stderr.decode(errors='replace')[:200]}")
    return folder / "agent", most


def counts(kato, chat, level, *command):
    """Runs a filter that says how long the chat is; its report."""
    (row,) = kato.rows("agent", "run", chat, "--isolation", level, "--filter", "--", *command)
    assert row["outcome"] == "ok" and row["isolation"] == level, row
    assert (kato.home / row["output"]["path"]).read_text() == f"got {len(kato('export', chat).raw)}\n"
    return row


def test_programs_of_compiled_languages_run(kato, chat, level, built):
    program = kato.folder / "agent"
    shutil.copy(built[0], program)
    row = counts(kato, chat, level, program)
    assert len(row["grants"]) <= built[1], row["grants"]
    assert not any(pathlib.Path(grant["path"]).is_dir() for grant in row["grants"])
    assert row["denied"]["count"] == 0 and row["diagnostics"] == ""


def test_an_interpreter_outside_of_the_system_runs(kato, chat, level):
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    inside = kato.folder / "opt" / "bin" / "node"
    inside.parent.mkdir(parents=True)
    shutil.copy(os.path.realpath(node), inside)
    script = kato.folder / "agent.js"
    script.write_text(f"#!{inside}\nrequire('crypto'); process.stdout.write('got ' + require('fs').readFileSync(0).length + '\\n');\n")
    script.chmod(0o755)
    row = counts(kato, chat, level, script)
    assert len(row["grants"]) <= 16 and {str(inside), str(script)} <= {grant["path"] for grant in row["grants"]}
    assert not any(pathlib.Path(grant["path"]).is_dir() for grant in row["grants"])


def test_a_script_whose_first_line_names_env_runs(kato, chat, level):
    script = kato.folder / "agent.py"
    script.write_text("#!/usr/bin/env python3\nimport json, re, ssl, sys\nprint('got', len(sys.stdin.buffer.read()))\n")
    script.chmod(0o755)
    row = counts(kato, chat, level, script)
    assert len(row["grants"]) <= 50 and not any(grant["path"].endswith("/env") for grant in row["grants"])
