"""What change logs of other programs show of a git repository: see the command `measure`."""

import json
import subprocess
import venv
from pathlib import Path

# Groups of git-cliff's usual settings that say nothing about the kind.
UNCLASSIFIED = ("Other",)


def run(*command, folder=None):
    return subprocess.run([str(part) for part in command], cwd=folder, check=True, capture_output=True, text=True).stdout


def git_cliff(tools, folder, commits):
    """(shown, unclassified) of `git-cliff`, which skips commits that are not conventional."""
    program = tools / "python/bin/git-cliff"
    if not program.exists():
        venv.create(tools / "python", with_pip=True)
        run(tools / "python/bin/pip", "install", "--quiet", "--disable-pip-version-check", "git-cliff==2.14.2")
    releases = json.loads(run(program, "--offline", "--context", folder=folder))
    shown = [commit for release in releases for commit in release["commits"] if not commit["merge_commit"]]
    kinds = [commit for commit in shown if commit["group"] and not commit["group"].endswith(UNCLASSIFIED)]
    return len(shown), commits - len(kinds)


def conventional_changelog(tools, folder, commits):
    """(shown, unclassified) of `conventional-changelog` with its Conventional Commits preset."""
    program = tools / "node/node_modules/.bin/conventional-changelog"
    if not program.exists():
        packages = ["conventional-changelog@8.1.3", "conventional-changelog-conventionalcommits@10.4.1"]
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", tools / "node", *packages)
    # It looks for the preset below the folder in which it runs.
    preset = tools / "node/node_modules/conventional-changelog-conventionalcommits/src/index.js"
    text = run(program, "--stdout", "--preset", preset, "--release-count", "0", folder=folder)
    sections, is_kind = 0, False
    for line in text.splitlines():
        if line.startswith("#"):
            is_kind = line.startswith("### ") and "BREAKING" not in line
        sections += is_kind and line.startswith("* ")
    return sections, commits - sections


def compare(tools, folder, commits):
    """Sentences about each program, for a repository with this number of commits without merges."""
    tools = Path(tools)
    tools.mkdir(parents=True, exist_ok=True)
    for name, program in (("git-cliff", git_cliff), ("conventional-changelog", conventional_changelog)):
        try:
            shown, unclassified = program(tools, Path(folder).resolve(), commits)
            yield f"{name} shows {shown:,} of {commits:,} commits and doesn't classify {unclassified:,}."
        except (OSError, subprocess.CalledProcessError, KeyError, ValueError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            cause = next((line.strip() for line in said if "error" in line.lower()), str(error))
            yield f"{name} was skipped, because it failed: {cause}"
