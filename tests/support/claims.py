"""What every tidy test needs: the root of the repository, and claims in TAP that list what contradicts them."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LISTED_MAX = 30
results = []


def claim(name, problems):
    """One line of TAP; the first problems as its diagnosis."""
    problems = list(problems)
    results.append(not problems)
    print(f"{'not ok' if problems else 'ok'} {len(results)} - {name}")
    for problem in problems[:LISTED_MAX]:
        print(f"# {problem}")
    if len(problems) > LISTED_MAX:
        print(f"# and {len(problems) - LISTED_MAX} more")


def close():
    """The plan of the claims made, and the exit code: 1 if one does not hold."""
    print(f"1..{len(results)}")
    sys.exit(0 if all(results) else 1)
