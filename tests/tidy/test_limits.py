#!/usr/bin/python3
"""The numbers of CONTRIBUTING.md: how long a line, a function and a file may be; and limits of time in tests, which all
grow with the machine's load. The numbers stand there alone; this test reads them."""
import ast
import pathlib
import re
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from claims import ROOT, claim, close  # noqa: E402

LANGUAGES = {"C": ("*.c", "*.h"), "Python": ("*.py",), "shell": ("*.sh", "run"), "Markdown": ("*.md",)}
FOLDERS = ("models", "service", "client", "proto", "docs", "cmake", "tests")


def stated():
    """{language: {measure: most}} from the table of CONTRIBUTING.md, where '-' is no limit."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = re.search(r"^\| language \| line \| function \| file \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M).group(1)
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    return {name: {measure: int(cell) for measure, cell in zip(("line", "function", "file"), cells) if cell != "-"}
            for name, *cells in rows}


def files(language):
    """(name, text) of every file of the language that is ours."""
    for folder in (".", *FOLDERS):
        for pattern in LANGUAGES[language]:
            found = (ROOT / folder).glob(pattern) if folder == "." else (ROOT / folder).rglob(pattern)
            for path in sorted(found):
                if path.is_file():
                    yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def columns(line):
    """A Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)


def data_rows(text):
    """Numbers of the lines that are rows of a C table: the inside of an initialiser of constant data in file scope."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if inside and re.match(r"\};?$", line):
            inside = False
        if inside:
            yield number
        elif re.match(r"(static )?const\b[^;()]*(\([^;]*\))?[^;()]*= \{$", line):
            inside = True


def exempt_lines(language, text):
    """Numbers of the lines that may be wider: rows of tables, long names in C; tables, code and links in Markdown."""
    if language == "C":
        yield from data_rows(text)
        yield from (number for number, line in enumerate(text.splitlines(), 1) if re.search(r"\w{80}", line))
    if language == "Markdown":
        fenced = False
        for number, line in enumerate(text.splitlines(), 1):
            fenced ^= line.startswith("```")
            if fenced or line.startswith(("|", "    ")) or "](http" in line:
                yield number


def functions(language, text):
    """(first line, number of lines) of every function: in C its body between the braces, in Python all of it."""
    if language == "C":
        begin = None
        for number, line in enumerate(text.splitlines(), 1):
            if line == "{":
                begin = number
            elif line == "}" and begin is not None:
                yield begin, number - begin - 1
                begin = None
    elif language == "Python":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.lineno, node.end_lineno - node.lineno + 1


def wide_lines(language, limit):
    for name, text in files(language):
        exempt = set(exempt_lines(language, text))
        for number, line in enumerate(text.splitlines(), 1):
            if columns(line) > limit and number not in exempt:
                yield f"{name}:{number}: {columns(line)} columns"


def long_functions(language, limit):
    for name, text in files(language):
        yield from (f"{name}:{begin}: {lines} lines" for begin, lines in functions(language, text) if lines > limit)


def long_files(language, limit):
    for name, text in files(language):
        lines = len(text.splitlines()) - (len(set(data_rows(text))) if language == "C" else 0)
        if lines > limit:
            yield f"{name}: {lines} lines"


MEASURES = {
    "line": ("no line of {} is wider than {} columns", wide_lines),
    "function": ("no function of {} is longer than {} lines", long_functions),
    "file": ("no file of {} is longer than {} lines", long_files),
}
# Seconds as they are: they would not grow with the load. Below one they are deadlines that a test wants to pass.
IMPATIENT = re.compile(r"\btimeout=[1-9]|\.join\([1-9]|\.wait\([1-9]|monotonic\(\) - \w+ < [\d.]|'--timeout', '[1-9]\d")


def impatient():
    """Every limit of time in a test is harness.patience, harness.Limit, or handed to what asks them."""
    for name, text in files("Python"):
        if name.startswith(("tests/integration/", "tests/scenarios/", "tests/support/", "tests/run_tests")):
            for number, line in enumerate(text.splitlines(), 1):
                if IMPATIENT.search(line):
                    yield f"{name}:{number}: {line.strip()}"


NUMBERS = stated()
claim("CONTRIBUTING.md states numbers for every language", sorted(set(LANGUAGES) ^ set(NUMBERS)))
for told, limits in NUMBERS.items():
    for measure, most in limits.items():
        sentence, broken = MEASURES[measure]
        claim(sentence.format(told, most), broken(told, most))
claim("every limit of time in tests grows with the machine's load", impatient())
close()
