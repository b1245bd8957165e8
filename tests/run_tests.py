#!/usr/bin/python3
"""Runs every test and adds up their TAP: unit and oracle programs, tidy rules, integration and scenario scripts.

usage: run_tests.py [--only FOLDER] [--match TEXT] BUILD_DIR
Closes with 'N passed, N failed[, N skipped]'; exit 1 if anything failed.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
import harness  # noqa: E402

TIME_LIMIT_SECONDS = 600  # of a quiet machine, as every limit in tests/support/harness.py
RESULT = re.compile(r"^(ok|not ok)\b\s*\d*\s*-?\s*(.*)$")


def discover(build):
    """Commands of all tests, as (folder, name, argument list)."""
    for program in sorted((build / "tests" / "unit").glob("test_*")):
        if os.access(program, os.X_OK) and program.is_file():
            yield "unit", program.name, [str(program)]
    for folder in ("tidy", "integration", "scenarios"):
        for script in sorted((ROOT / "tests" / folder).glob("test_*.py")):
            yield folder, script.name, ["/usr/bin/python3", str(script), str(build)]


def run(test):
    """Runs one test; returns (test, passed, failed, skipped, failures' text, seconds)."""
    folder, name, command = test
    environment = dict(
        os.environ,
        CMOCKA_MESSAGE_OUTPUT="TAP",
        ASAN_OPTIONS="abort_on_error=0:detect_leaks=1",
        UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1",
        PYTHONDONTWRITEBYTECODE="1",
    )
    started = time.monotonic()
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", cwd=ROOT) as process:
        try:
            output = harness.communicate(process, seconds=TIME_LIMIT_SECONDS)[0]
            code = process.returncode
        except subprocess.TimeoutExpired as expired:
            output = f"{expired.output}\nnot ok - {name} took longer than {expired.timeout}"
            code = 1
    passed = failed = skipped = 0
    for line in output.splitlines():
        found = RESULT.match(line)
        if not found:
            continue
        if "# SKIP" in line.upper():
            skipped += 1
        elif found.group(1) == "ok":
            passed += 1
        else:
            failed += 1
    if failed == 0 and (code != 0 or passed + skipped == 0):
        failed = 1
        output += f"\nnot ok - {name} ended with exit code {code} and no failed test named"
    return test, passed, failed, skipped, output if failed else "", time.monotonic() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only")
    parser.add_argument("--match", default="")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("build", type=pathlib.Path)
    options = parser.parse_args()
    build = options.build.resolve()
    tests = [t for t in discover(build)
             if options.only in (None, t[0]) and options.match in t[1]]
    totals = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for test, passed, failed, skipped, output, seconds in pool.map(run, tests):
            print(f"{'FAIL' if failed else 'ok  '} {test[0]}/{test[1]}: {passed} passed"
                  + (f", {failed} failed" if failed else "")
                  + (f", {skipped} skipped" if skipped else "") + f" ({seconds:.1f} s)", flush=True)
            if output:
                print(output[-20000:], flush=True)
            totals = [a + b for a, b in zip(totals, (passed, failed, skipped))]
    closing = f"{totals[0]} passed, {totals[1]} failed"
    print(closing + (f", {totals[2]} skipped" if totals[2] else ""))
    sys.exit(1 if totals[1] or not tests else 0)


main()
