"""Compares the tokens of the prompts of two revisions: see the command `compare`."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import tiktoken

sys.path.append(str(Path(__file__).parent.parent / "reports"))
from sources import histories  # noqa: E402

SIZES = (10, 60, 400)
DAYS = timedelta(days=30)
TOKENIZERS = {"o200k": "o200k_base", "cl100k": "cl100k_base"}


def by_days(commits):
    """Consecutive windows, from the newest commit on; those without commits are no ranges."""
    windows = defaultdict(list)
    instants = [datetime.fromisoformat(commit["committer"]["at"]) for commit in commits]
    newest = max(instants, default=None)
    for commit, instant in zip(commits, instants):
        windows[(newest - instant) // DAYS].append(commit)
    return list(windows.values())


def ranges(commits):
    """(form, commits) of each range."""
    commits = sorted(commits, key=lambda commit: datetime.fromisoformat(commit["committer"]["at"]), reverse=True)
    found = [("30 days", window) for window in by_days(commits)]
    for size in SIZES:
        found += [(f"{size} commits", commits[start : start + size]) for start in range(0, len(commits), size)]
    return found


def texts(command, commits):
    lines = "".join(json.dumps(commit) + "\n" for commit in commits)
    answer = subprocess.run(command, input=lines.encode(), check=True, stdout=subprocess.PIPE)
    return json.loads(answer.stdout)


def shown(form, tokenizer, rows):
    """Prints the tokens before and after of ranges, and returns their ratio."""
    before, after = sum(row[1] for row in rows), sum(row[2] for row in rows)
    each = [row[2] / row[1] for row in rows]
    spread = f"each {min(each):.2f} to {max(each):.2f}, median {median(each):.2f}"
    print(f"{form:12}{tokenizer:7}{len(rows):5} ranges: {before:>9,} and {after:>9,} tokens, {after / before:.2f}; {spread}")
    return after / before


def main():
    earlier, today, *places = sys.argv[1:]
    encodings = {name: tiktoken.get_encoding(of) for name, of in TOKENIZERS.items()}
    counted = defaultdict(list)
    for place in places:
        for name, commits, _ in histories(place):
            for form, window in ranges(commits):
                both = [texts([earlier, f"owner/{name}"], window), texts([today, "range", f"owner/{name}"], window)]
                for tokenizer, encoding in encodings.items():
                    count = lambda parts: sum(len(encoding.encode(part, disallowed_special=())) for part in parts)
                    counted[form, tokenizer].append((name, *map(count, both)))
    if not counted:
        sys.exit("No range was measured: no history has a commit.")
    most = float(os.environ.get("MOST", "0.65"))
    failures, together = [], defaultdict(list)
    for (form, tokenizer), rows in counted.items():
        together[tokenizer] += rows
        ratio = shown(form, tokenizer, rows)
        if form == "30 days" and ratio > most:
            failures.append(f"{form}, {tokenizer}: {ratio:.3f} of the tokens, at most {most:g} expected")
    for tokenizer, rows in together.items():
        ratio = shown("all ranges", tokenizer, rows)
        if ratio > most:
            failures.append(f"all ranges, {tokenizer}: {ratio:.3f} of the tokens, at most {most:g} expected")
    print(*failures, sep="\n", end="\n" if failures else "")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
