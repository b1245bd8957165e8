#!/usr/bin/python3
"""House rules that a machine can keep: who may include what, banned calls, formatting."""
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from claims import ROOT, claim, close  # noqa: E402

FOLDERS = ("models", "service", "client", "proto", "tests")

# Room -> rooms whose headers it may include, its own aside. A room that is not listed takes the rule of the folder
# around it. ARCHITECTURE.md holds the same table.
MAY_USE = {
    "models/base": [],
    "models/numeric": ["models/base"],
    "models/calendar": ["models/base"],
    "models/history": ["models/base", "models/calendar"],
    "models/forecast": ["models/base", "models/numeric", "models/calendar", "models/history"],
    "models/decision/stock": ["models/base", "models/numeric", "models/history", "models/forecast"],
    "models/decision/item": ["models/base", "models/numeric", "models/history", "models/forecast"],
    "models/decision/order": ["models/base", "models/numeric", "models/history", "models/forecast",
                              "models/decision/stock"],
    "models/decision/campaign": ["models/base", "models/numeric", "models/history", "models/forecast",
                                 "models/decision/stock", "models/decision/order"],
    "models/decision/clearance": ["models/base", "models/numeric", "models/history", "models/forecast",
                                  "models/decision/stock", "models/decision/item"],
    "models/decision/simulation": ["models/base", "models/numeric"],
    "models/decision/review": ["models/base", "models/numeric", "models/history", "models/forecast",
                               "models/decision/stock", "models/decision/order", "models/decision/campaign",
                               "models/decision/clearance", "models/decision/item"],
    "models/evidence": ["models/base", "models/history", "models/forecast", "models/decision"],
    "proto/record": ["models/base"],
    "service/store/rules": ["models/base", "models/history"],
    "service/store": ["models/base", "models/history"],
    "service/work": ["models/base", "models/history"],
    "service/snapshot": ["models/base", "models/history", "models/forecast", "models/evidence", "service/store",
                         "service/work"],
    "service/workflows/history": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/forecast": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/simulate": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/reorder": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/promotion": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/past_campaign": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/clearance": ["models", "service/store", "service/snapshot", "service/work"],
    "service/workflows/review": ["models", "service/store", "service/snapshot", "service/work",
                                 "service/workflows/reorder"],
    "service/workflows/assortment": ["models", "service/store", "service/snapshot", "service/work",
                                     "service/workflows/review"],
    "service/handlers": ["models", "service/workflows", "service/snapshot", "service/work", "service/store/store.h",
                         "service/store/suggestion_store.h", "service/rpc/handler.h", "proto/record"],
    "service/rpc": ["models/base"],
    "service": ["models/base", "models/numeric/linear_algebra.h", "service"],
    "client/frame": ["models/base"],
    "client/output": ["models/base", "client/frame"],
    "client/import": ["models/base", "client/frame", "client/output", "proto/record"],
    "client/commands": ["models/base", "client/frame", "client/output", "client/import"],
    "client": ["models/base", "client"],
}
# Foreign header -> the only places that may include it.
ONLY_IN = {
    r"grpc/": ["service/rpc", "client/frame/connection.c", "client/connection_call.c"],
    r"sqlite3\.h": ["service/store/sqlite", "tests"],
    r"(lapacke|cblas|openblas_config)\.h": ["models/numeric"],
    r"(stdio)\.h": ["models/base/format.c", "service", "client", "tests"],
    r"time\.h": ["service", "client", "tests"],
    r"(peakstock|google|grpc/\w+/v1\w*)/.*pb-c\.h": ["service/handlers", "service/rpc", "client", "proto/record",
                                                     "tests"],
}
BANNED = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|atof|gets|localtime|gmtime|system)\s*\(")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


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


def uses():
    """File without its ending -> files without their endings that it includes: a .c and its .h are one thing."""
    graph = {}
    for name, text in sources():
        if name.startswith("tests/"):
            continue
        own = graph.setdefault(name[:-2], set())
        for line in text.splitlines():
            found = INCLUDE.match(line)
            if found and re.match(r"(models|service|client)/", found.group(1)) and found.group(1)[:-2] != name[:-2]:
                own.add(found.group(1)[:-2])
    return graph


def circles():
    """Files that reach themselves: whoever reads one of them has to read all."""
    graph, order, low, stack, found = uses(), {}, {}, [], []

    def visit(name):
        order[name] = low[name] = len(order)
        stack.append(name)
        for other in sorted(graph.get(name, ())):
            if other not in order:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == order[name]:
            circle = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(circle) > 1:
                found.append(" -> ".join(circle))

    sys.setrecursionlimit(10000)
    for name in sorted(graph):
        if name not in order:
            visit(name)
    return found


def rooms_without_a_rule():
    """Every folder with C files below models, service and client has a line of its own in MAY_USE."""
    folders = {name.rsplit("/", 1)[0] for name, _ in sources() if not name.startswith("tests/")}
    return sorted(folder for folder in folders
                  if folder not in MAY_USE and layer_of(folder + "/x") in ("service", "client", None))


def architecture_table():
    """ARCHITECTURE.md and MAY_USE say the same."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    told = {}
    for line in re.search(r"^\| room \| may use \|\n\|---\|---\|\n((?:\|.*\n)+)", text, re.M).group(1).splitlines():
        room, *used = re.findall(r"`([^`]+)`", line)
        told[room] = used
    for room in sorted(set(told) | set(MAY_USE)):
        if told.get(room) != MAY_USE.get(room):
            yield f"{room}: ARCHITECTURE.md says {told.get(room)}, the rule is {MAY_USE.get(room)}"


def banned_calls():
    for name, text in sources():
        for number, line in enumerate(text.splitlines(), 1):
            if BANNED.search(line.split("//")[0]) and not line.lstrip().startswith(("*", "/*")):
                yield f"{name}:{number}: {line.strip()}"


def unformatted():
    if not shutil.which("clang-format"):
        return
    files = [name for name, _ in sources()]
    done = subprocess.run(["clang-format", "--dry-run", "--Werror", *files], cwd=ROOT,
                          stderr=subprocess.PIPE, text=True, check=False)
    yield from sorted({line.split(":")[0] for line in done.stderr.splitlines() if "error:" in line})


claim("every include keeps to the may-use table", forbidden_includes())
claim("no circle of files", circles())
claim("ARCHITECTURE.md tells who may use whom", architecture_table())
claim("every room has a rule", rooms_without_a_rule())
claim("no banned call", banned_calls())
claim("everything is formatted by clang-format", unformatted())
close()
