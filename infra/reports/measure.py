"""Measures and checks plain reports: see the command `measure`."""

import argparse
import json
import subprocess
import sys
from collections import Counter
from datetime import datetime

from check import Checker
from faults import unnoticed
from others import compare
from sources import histories

WRONG_MAX = 40
COLUMNS = ("history", "reports", "commits", "lines", "other", "updates", "bytes", "wrong")


def reports(program, name, commits, days):
    """The windows of a history with their reports; 0 days are the whole history."""
    lines = "".join(json.dumps(commit) + "\n" for commit in commits)
    command = [program, f"owner/{name}", "Standard", str(days), "yes"]
    answer = subprocess.run(command, input=lines.encode(), check=True, stdout=subprocess.PIPE)
    return [json.loads(line) for line in answer.stdout.decode().splitlines()]


def instant(text):
    return datetime.fromisoformat(text)


def within(commits, window, is_whole):
    """The commits of a window: its end is in it, its begin is not."""
    if is_whole:
        return commits
    begin, end = instant(window["from"]), instant(window["to"])
    return [commit for commit in commits if begin < instant(commit["committer"]["at"]) <= end]


def measure(program, name, commits, days):
    """The figures of the reports of a history, and what is wrong with them."""
    figures, wrong, covered = Counter(), [], 0
    page = f"https://github.com/owner/{name}"
    for window in reports(program, name, commits, days):
        chosen = within(commits, window, days == 0)
        covered += len(chosen)
        checker = Checker(chosen, window, page)
        wrong += [f"{name}, until {window['to']}: {what}" for what in checker.check()]
        figures.update(
            reports=1,
            commits=len(checker.single),
            lines=checker.lines,
            other=checker.listed["Other changes"],
            updates=checker.listed["Dependencies"],
            bytes=len(window["report"].encode()),
        )
        # The whole report is also altered in many ways: the check must find each of them.
        if days == 0 and window["changes"]:
            figures["altered"], missed = unnoticed(chosen, window, page)
            wrong += [f"{name}: the check does not find {what} that was altered" for what in missed]
    if covered != len(commits):
        wrong.append(f"{name}: the reports cover {covered} of {len(commits)} commits")
    figures["wrong"] = len(wrong)
    return figures, wrong


def share(figures, part):
    return 100 * figures[part] / max(figures["lines"], 1)


def row(name, figures):
    return (
        name,
        f"{figures['reports']:,}",
        f"{figures['commits']:,}",
        f"{figures['lines']:,}",
        f"{share(figures, 'other'):.1f} %",
        f"{share(figures, 'updates'):.1f} %",
        f"{figures['bytes'] // max(figures['reports'], 1):,}",
        f"{figures['wrong']:,}",
    )


def table(title, rows):
    print(f"\n{title}")
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for cells in rows:
        figures = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]
        print("  ".join([cells[0].ljust(widths[0]), *figures]))


def arguments():
    parser = argparse.ArgumentParser(prog="infra/reports/measure")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--other", type=float, default=15)
    parser.add_argument("--updates", type=float, default=5)
    parser.add_argument("program")
    parser.add_argument("tools")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    return parser.parse_intermixed_args()


def main():
    options = arguments()
    found = [history for path in options.paths for history in histories(path) if history[1]]
    if not found:
        sys.exit("No commits were found.")
    failures, altered = [], 0
    for title, days in (("whole histories", 0), (f"windows of {options.days} days", options.days)):
        totals, rows = Counter(), [COLUMNS]
        for name, commits, _ in found:
            figures, wrong = measure(options.program, name, commits, days)
            totals.update(figures)
            failures += wrong
            rows.append(row(name, figures))
        table(title, [*rows, row("together", totals)])
        altered += totals["altered"]
        for part, most in (("other", options.other), ("updates", options.updates)):
            if days == 0 and share(totals, part) > most:
                is_share = f"{share(totals, part):.1f} % of the lines are {part}"
                failures.append(f"{title}: {is_share}, at most {most:g} % are allowed")
    print("\nlines: changes, groups of updates, and what was added and reverted, as far as they are listed")
    print("bytes: of a report, with its links")
    for name, commits, folder in found:
        if folder:
            print(f"\n{name}")
            single = sum(len(commit["parents"]) < 2 for commit in commits)
            for sentence in compare(options.tools, folder, single):
                print(sentence)
    print(f"\nThe check was tried on {altered:,} altered reports.")
    for failure in failures[:WRONG_MAX]:
        print(failure)
    print(f"{len(failures)} violations" if failures else "Every check passed.")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
