"""Histories, as lists of commits: see the command `measure`."""

import json
import subprocess
import sys
from pathlib import Path

# The subject is in the message; no member but the message has more than one line.
MEMBERS = "%H%n%P%n%an%n%ae%n%cI%n%B"


def git(folder, *arguments):
    command = ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")


def sizes(folder):
    """The changed files of each commit that is no merge."""
    found, files = {}, []
    for line in git(folder, "log", "--no-merges", "--no-renames", "--numstat", "--format=%H").splitlines():
        parts = line.split("\t", 2)
        if len(parts) == 3:
            added, deleted, path = parts
            # A binary file has `-` instead of numbers.
            counts = {} if added == "-" else {"additions": int(added), "deletions": int(deleted)}
            files.append({"path": path, **counts})
        elif line:
            files = found.setdefault(line, [])
    return found


def of_repository(folder):
    files = sizes(folder)
    commits = []
    # No message contains the NUL that `-z` puts between commits.
    for record in git(folder, "log", "-z", f"--format={MEMBERS}").split("\0"):
        if record:
            sha, parents, name, email, at, message = record.split("\n", 5)
            commit = {"sha": sha, "parents": parents.split(), "author": {"name": name, "email": email}}
            commits.append({**commit, "committer": {"at": at}, "message": message, "files": files.get(sha, [])})
    return commits


def of_file(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def histories(path):
    """(name, commits, folder of the git repository or None) of each history of a path."""
    path = Path(path)
    if path.is_file():
        return [(path.stem, of_file(path), None)]
    files = sorted(path.glob("*.jsonl"))
    if files:
        return [(file.stem, of_file(file), None) for file in files]
    if subprocess.run(["git", "-C", str(path), "rev-parse", "--git-dir"], capture_output=True).returncode != 0:
        sys.exit(f"{path} is no file or folder of histories (*.jsonl), and no git repository.")
    return [(path.resolve().name.removesuffix(".git"), of_repository(path), path)]
