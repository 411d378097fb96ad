"""The package as a whole: what it offers, its documentation, what importing it costs."""

import inspect
import pathlib
import subprocess
import sys

import kato


def public_members(cls):
    return [
        (name, member)
        for name, member in vars(cls).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    ]


def test_everything_named_in_all_is_there_and_nothing_else():
    assert [name for name in kato.__all__ if not hasattr(kato, name)] == []
    assert kato.__all__ == sorted(kato.__all__)
    shown = {
        name
        for name, value in vars(kato).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name not in ("annotations", "TYPE_CHECKING")
    }
    assert shown - set(kato.__all__) <= {"make_error", "make_attachment", "parse_json", "flags_by_value"}


def test_everything_public_is_documented():
    missing = []
    for name in kato.__all__:
        value = getattr(kato, name)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        if not value.__doc__:
            missing.append(name)
        if inspect.isclass(value) and not issubclass(value, BaseException):
            missing += [f"{name}.{member}" for member, of in public_members(value) if not of.__doc__]
    assert missing == []
    assert kato.__doc__ and "kato.open" in kato.__doc__


def test_importing_loads_none_of_the_expensive_modules():
    package = str(pathlib.Path(kato.__file__).parent.parent)
    program = (
        "import sys\n"
        f"sys.path.insert(0, {package!r})\n"
        "before = set(sys.modules)\n"
        "import kato\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    expensive = {"typing", "json", "dataclasses", "inspect", "re", "asyncio", "pathlib", "logging", "contextlib"}
    assert expensive & set(loaded) == set()
    assert "kato._kato" in loaded


def test_the_extension_shows_python_nothing_but_its_module():
    path = pathlib.Path(kato._kato.__file__)
    symbols = subprocess.run(
        ["nm", "-D", "--defined-only", str(path)], capture_output=True, text=True, check=True
    ).stdout
    ours = {line.split()[-1].split("@")[0] for line in symbols.splitlines()}
    # Unoptimised, the standard library's templates show too, with our types in their names.
    ours = {name for name in ours if not name.startswith(("_ZSt", "_ZNSt", "_ZNKSt"))}
    assert {name for name in ours if "kato" in name} == {"PyInit__kato"}
