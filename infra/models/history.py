"""A repository of commits as a team of nine writes them: Conventional Commits, other habits, merges and updates."""

import random
import subprocess
from datetime import datetime, timezone

PEOPLE = ["Ada Lind", "Bilal Khan", "Chiara Neri", "Dana Weiss", "Emeka Obi", "Freja Holm", "Goran Ilic", "Hana Mori", "Ida Costa"]
SCOPES = ["api", "billing", "berths", "tides", "search", "mail", "maps", "auth", "export", "web"]
KINDS = ["feat", "fix", "fix", "refactor", "docs", "test", "perf", "chore", "ci"]
VERBS = ["add", "show", "remove", "cache", "check", "rename", "split", "limit", "retry", "sort"]
WHATS = ["the list of berths", "harbour dues", "expired sessions", "the tide table", "addresses of invoices", "slow queries",
         "the map's legend", "time zones", "uploads of photos", "rounding of taxes", "the weekly summary", "reservations",
         "empty search results", "the audit log", "error messages", "keyboard shortcuts"]
WHYS = ["for guests", "after a restart", "on small screens", "when the server is slow", "before the season begins", "in the archive",
        "for harbour masters", "without a page reload", "in every language", "by default"]
LIBRARIES = ["serde", "tokio", "react", "vite", "axum", "eslint", "openssl", "postgres"]
LINES = ["    let {} = request.read().await?;", "    // The caller has checked that {} is not empty.", "}}", "",
         "    if {}.is_empty() {{ return Ok(None); }}", "pub(super) fn {}(at: Instant) -> Option<Page> {{"]
BODY = """The earlier code assumed that {} never changes while it is read.
Now it is read once, and the result is kept until the end of the request."""


def message(chance, number):
    what, why = chance.choice(WHATS), chance.choice(WHYS)
    plain = f"{chance.choice(VERBS)} {what} {why}"
    draw = chance.random()
    if draw < 0.3:
        major, minor = chance.randint(1, 9), chance.randint(0, 20)
        return f"chore(deps): bump {chance.choice(LIBRARIES)} from {major}.{minor}.0 to {major}.{minor + 1}.0 (#{number})"
    if draw < 0.5:
        return plain.capitalize()
    mark = "!" if draw > 0.99 else ""
    subject = f"{chance.choice(KINDS)}({chance.choice(SCOPES)}){mark}: {plain}" + (f" (#{number})" if draw < 0.8 else "")
    return subject + ("\n\n" + BODY.format(what) if draw > 0.85 else "")


def write(folder, commits, seed):
    """Creates a repository with this many commits within 60 days, of which about one in five is a merge."""
    chance = random.Random(seed)
    first = int(datetime(2026, 1, 5, 8, tzinfo=timezone.utc).timestamp())
    step = 60 * 86_400 // commits
    out = []

    def data(text):
        return f"data {len(text.encode())}\n{text}\n"

    def commit(mark, branch, text, parents, change):
        name = chance.choice(PEOPLE)
        person = f"{name} <{name.split()[0].lower()}@example.com> {first + mark * step} +0000"
        links = "".join(f"{word} :{parent}\n" for word, parent in zip(["from", "merge"], parents))
        out.append(f"commit refs/heads/{branch}\nmark :{mark}\nauthor {person}\ncommitter {person}\n{data(text)}{links}{change}")

    head, mark = 0, 0
    while mark < commits:
        mark += 1
        path = f"src/{chance.choice(SCOPES)}/{chance.choice(LIBRARIES)}.rs"
        lines = "".join(f"{chance.choice(LINES).format(chance.choice(SCOPES))}\n" for _ in range(chance.randint(1, 40)))
        change = f"M 100644 inline {path}\n{data(lines)}"
        parents = [head] if head else []
        if head and mark < commits and chance.random() < 0.25:
            commit(mark, "work", message(chance, mark), parents, change)
            mark += 1
            commit(mark, "main", f"Merge pull request #{mark} from work", [head, mark - 1], change)
        else:
            commit(mark, "main", message(chance, mark), parents, change)
        head = mark
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    stream = "".join(out) + "done\n"
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet", "--done"], input=stream.encode(), check=True)
    subprocess.run(["git", "-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
