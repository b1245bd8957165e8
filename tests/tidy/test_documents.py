#!/usr/bin/python3
"""Documents that must agree with the code: wire style, packages, limits, and that nobody's workplace leaks in."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from claims import ROOT, claim, close  # noqa: E402

# A file of the repository as prose cites it.
CITED = re.compile(r"(?<![\w/.*])(?:models|service|client|tests|docs|proto|cmake)/[\w/.-]*\w\.(?:c|h|py|md|proto|sh)\b")


def protos():
    for path in sorted((ROOT / "proto" / "peakstock").rglob("*.proto")):
        yield path.name, path.read_text(encoding="utf-8")


def wire_style():
    """The STANDARD rules of buf that a regular expression can check."""
    for name, text in protos():
        if "package peakstock.v1;" not in text:
            yield f"{name}: package is not peakstock.v1"
        for enum, body in re.findall(r"^enum (\w+) \{(.*?)^\}", text, re.S | re.M):
            prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", enum).upper() + "_"
            values = re.findall(r"^\s+(\w+) = (\d+);", body, re.M)
            if values[0] != (prefix + "UNSPECIFIED", "0"):
                yield f"{name}: {enum} does not begin with {prefix}UNSPECIFIED = 0"
            yield from (f"{name}: {value}" for value, _ in values if not value.startswith(prefix))
        for service, body in re.findall(r"^service (\w+) \{(.*?)^\}", text, re.S | re.M):
            if not service.endswith("Service"):
                yield f"{name}: {service}"
            signature = r"rpc (\w+)\((?:stream )?(\w+)\) returns \((?:stream )?(\w+)\)"
            for rpc, request, response in re.findall(signature, body):
                if (request, response) != (rpc + "Request", rpc + "Response"):
                    yield f"{name}: {rpc}({request}) returns ({response})"
        for field in re.findall(r"^\s+(?:repeated )?[\w.]+ (\w+) = \d+;", text, re.M):
            if not re.fullmatch(r"[a-z][a-z0-9_]*|[A-Z_0-9]+", field):
                yield f"{name}: field {field}"


# One declaration on one line; the name is the last group that matches.
DECLARED = re.compile(
    r"(?:(?:message|enum|service) (\w+) \{\}?"  # message ListRequest {
    r"|rpc (\w+)\(.*\) returns \(.*\);"  # rpc List(ListRequest) returns (ListResponse);
    r"|(?:repeated )?[\w.]+ (\w+) = \d+;"  # repeated string names = 1;
    r"|(\w+) = \d+;)"  # KIND_UNSPECIFIED = 0;
    r"(?P<trailing>\s*//\s*\w.*)?$")
# Lines that declare nothing. A oneof is told by the comments of its members.
UNDECLARED = re.compile(r"|//.*|\}|oneof \w+ \{|(syntax|package|import|option)\b.*;")


def wire_is_documented():
    """Every message, enum, value, service, rpc and field has a comment right above it or behind it on its line."""
    for name, text in protos():
        above = ""
        for number, line in enumerate(map(str.strip, text.splitlines()), 1):
            declared = DECLARED.match(line)
            if declared is None and not UNDECLARED.fullmatch(line):
                yield f"{name}:{number}: this test cannot read '{line}'; write one declaration per line"
            elif declared and not declared["trailing"] and not re.match(r"//\s*\S", above):
                yield f"{name}:{number}: {next(filter(None, declared.groups()))} has no comment"
            above = line


def own_words():
    """Paths and names of places where the product is made have no business in the product."""
    found = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^A-Za-z0-9_.])/(home|root|work|farm)/"], cwd=ROOT, capture_output=True, text=True,
        check=False).stdout.splitlines()
    return [line for line in found if not line.startswith(("tests/tidy/", ".ci/"))]


def packages():
    text = (ROOT / "cmake" / "debian-packages.txt").read_text()
    for line in text.splitlines():
        if line and not line.startswith("#") and not re.fullmatch(r"(build|test|check) [a-z0-9.+-]+", line):
            yield f"debian-packages.txt: {line}"


def limits_have_reasons():
    """Every maximum in limits.h stands behind a comment or in a group that has one."""
    previous = ""
    for line in (ROOT / "models" / "base" / "limits.h").read_text().splitlines():
        is_limit = line.startswith("#define PK_") and not line.endswith("LIMITS_H")
        if is_limit and not previous.startswith(("/*", "*", "#define")):
            yield line
        previous = line.strip() or previous


def input_rows(text, name):
    """The rows that docs/input-files.md should hold for the columns of one table of dataset_columns.c."""
    limits = dict(re.findall(r"#define (\w+) +([\d.e]+)", text + (ROOT / "models/base/limits.h").read_text()))
    number = lambda word: float(limits.get(word.lstrip("-"), word.lstrip("-"))) * (-1 if word.startswith("-") else 1)
    body = re.search(r"struct pk_column %s\[\] = \{(.*?)\n\};" % name, text, re.S).group(1)
    for line in re.findall(r"^    \{(.*)\},$", body, re.M):
        column, synonyms, kind, presence, key, default, choices, low, high = re.findall(r'"[^"]*"|[^,\s]+', line)
        needed = [word for word, on in (("yes", presence.endswith("REQUIRED")), ("key", key == "true")) if on]
        default = default.strip('"') if default == "NULL" else f"`{default.strip(chr(34))}`".replace("``", "empty")
        allowed = " ".join(f"`{word}`" for word in choices.strip('"').split("|")) if kind.endswith("CHOICE") else None
        if kind.endswith(("COUNT", "NUMBER", "MONEY")):
            allowed = [number(low), number(high)]
        yield [column.strip('"'), synonyms.strip('"').split("|"), needed or ["no"], default.replace("NULL", "-"),
               allowed]


def input_files():
    """docs/input-files.md has a table per kind that agrees with dataset_columns.c."""
    text = (ROOT / "models" / "base" / "dataset_columns.c").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "input-files.md").read_text(encoding="utf-8")
    kinds = dict(re.findall(r'DATASET\(\w+, "(\w+)", (\w+)\)', text))
    for kind in set(re.findall(r"^## `([\w-]+)`", page, re.M)) - set(kinds) - {"online-retail"}:
        yield f"{kind}: docs/input-files.md names a kind that is not in dataset_columns.c"
    for kind, name in kinds.items():
        section = re.search(r"^## `%s`.*?(?=^## )" % kind, page, re.S | re.M)
        told = []
        for line in re.findall(r"^\| `.*", section.group() if section else "", re.M):
            column, chinese, _, needed, default, allowed, _ = (cell.strip() for cell in line.strip("| ").split(" | "))
            if " to " in allowed:
                allowed = [float(word.replace(",", "")) for word in allowed.split(" to ")]
            else:
                allowed = None if allowed == "-" else allowed.replace(",", "")
            told.append([column.strip("`"), chinese.split(", "), needed.split(", "), default, allowed])
        wanted = list(input_rows(text, name))
        yield from (f"{kind}: docs/input-files.md lacks {row}" for row in wanted if row not in told)
        yield from (f"{kind}: dataset_columns.c has no {row}" for row in told if row not in wanted)


def cited_files():
    """Whatever file a document or a header names by its path exists; so do the files of the model tables."""
    tracked = subprocess.run(["git", "ls-files", "*.md", "*.h", "*.c"], cwd=ROOT, capture_output=True, text=True,
                             check=False).stdout.split()
    for name in tracked:
        text = (ROOT / name).read_text(encoding="utf-8") if (ROOT / name).exists() and name != "CHANGELOG.md" else ""
        for path in set(CITED.findall(text)):
            if not (ROOT / path).exists() and not path.endswith(".pb-c.h"):
                yield f"{name} cites {path}"
    for table, folder in (("models/README.md", "models"), ("models/decision/README.md", "models/decision")):
        for line in re.findall(r"^\| (`[^|]+) \|", (ROOT / table).read_text(encoding="utf-8"), re.M):
            for words in re.findall(r"`([^`]+)`", line):
                for file in words.split(", "):
                    stem = re.sub(r"\.[ch]$", "", file)
                    if not any((ROOT / place / (stem + end)).exists()
                               for place in (folder, "models/numeric") for end in (".c", ".h")):
                        yield f"{table} has a row for {file}"


claim("the wire keeps buf's standard rules", wire_style())
claim("every message, field and rpc of the wire is documented", wire_is_documented())
claim("no path of a workplace stands in a file", own_words())
claim("the package list is well formed", packages())
claim("every limit has its reason", limits_have_reasons())
claim("every input column is documented as it is", input_files())
claim("every cited file exists", cited_files())
close()
