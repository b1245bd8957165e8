#!/usr/bin/python3
"""House rules that a machine can keep: who may include what, banned calls, lengths, formatting."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("models", "service", "client", "tests")

# Folder -> folders whose headers it may include, its own aside. ARCHITECTURE.md holds the same table.
MAY_USE = {
    "models/base": [],
    "models/numeric": ["models/base"],
    "models/calendar": ["models/base"],
    "models/history": ["models/base", "models/calendar"],
    "models/forecast": ["models/base", "models/numeric", "models/calendar", "models/history"],
    "models/decision": ["models/base", "models/numeric", "models/history", "models/forecast"],
    "service/store": ["models/base", "models/history"],
    "service/workflows": ["models", "service/store"],
    "service/handlers": ["models/base", "service/workflows", "service/store/store.h", "service/rpc/server.h",
                         "models"],
    "service/rpc": ["models/base"],
    "service": ["models/base", "service", "models/numeric/linear_algebra.h"],
    "client": ["models/base"],
}
# Foreign header -> the only places that may include it.
ONLY_IN = {
    r"grpc/": ["service/rpc", "client/frame/connection.c", "client/connection_call.c"],
    r"sqlite3\.h": ["service/store", "tests"],
    r"(lapacke|cblas|openblas_config)\.h": ["models/numeric"],
    r"(stdio)\.h": ["models/base/text.c", "service", "client", "tests"],
    r"time\.h": ["service", "client", "tests"],
    r"(peakstock|google|grpc/\w+/v1\w*)/.*pb-c\.h": ["service/handlers", "service/rpc", "client", "tests"],
}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|localtime|gmtime|system)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')
FILE_LINES_MAX = 700
FUNCTION_LINES_MAX = 100
results = []


def claim(name, problems):
    results.append(not problems)
    print(f"{'ok' if not problems else 'not ok'} {len(results)} - {name}")
    for problem in problems[:30]:
        print(f"# {problem}")


def sources():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def layer_of(name):
    fitting = [layer for layer in MAY_USE if name.startswith(layer + "/")]
    return max(fitting, key=len) if fitting else None


def forbidden_includes():
    for name, text in sources():
        layer = layer_of(name)
        for number, line in enumerate(text.splitlines(), 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            header = found.group(1)
            for pattern, places in ONLY_IN.items():
                if re.match(pattern + ("$" if pattern.endswith("h") else ""), header) and not any(
                        name.startswith(place) for place in places):
                    yield f"{name}:{number} includes {header}"
            ours = re.match(r"(models|service|client|proto|tests)/", header)
            if ours and layer and not header.startswith(layer + "/") and not any(
                    header == used or header.startswith(used + "/") for used in MAY_USE[layer]):
                yield f"{name}:{number}: {layer} may not use {header}"


def banned_calls():
    for name, text in sources():
        for number, line in enumerate(text.splitlines(), 1):
            if BANNED.search(line.split("//")[0]) and not line.lstrip().startswith(("*", "/*")):
                yield f"{name}:{number}: {line.strip()}"


def long_files():
    for name, text in sources():
        lines = text.count("\n")
        if lines > FILE_LINES_MAX and "table" not in name:
            yield f"{name}: {lines} lines"


def long_functions():
    for name, text in sources():
        start = None
        for number, line in enumerate(text.splitlines(), 1):
            if line == "{":
                start = number
            elif line == "}" and start is not None:
                if number - start > FUNCTION_LINES_MAX:
                    yield f"{name}:{start}: {number - start} lines"
                start = None


def unformatted():
    if not shutil.which("clang-format"):
        return
    files = [name for name, _ in sources()]
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", *files], cwd=ROOT,
                          stderr=subprocess.PIPE, text=True, check=False)
    yield from sorted({line.split(":")[0] for line in done.stderr.splitlines() if "error:" in line})


print("1..5")
claim("every include keeps to the may-use table", list(forbidden_includes()))
claim("no banned call", list(banned_calls()))
claim(f"no file is longer than {FILE_LINES_MAX} lines", list(long_files()))
claim(f"no function is longer than {FUNCTION_LINES_MAX} lines", list(long_functions()))
claim("everything is formatted by clang-format", list(unformatted()))
sys.exit(0 if all(results) else 1)
