"""Checks a report against the commits that it is about: see the command `measure`.

What can be counted from the commits alone is: commits, merges, lines, the commits of each person, and that each commit is
in one place. The figures of headings and of the headline are counted from these places.
"""

import html
import re
from collections import Counter, defaultdict

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\ufeff\u00ad"))
CO_AUTHOR = re.compile(r"^\s*co[-_ ]?authored[-_ ]?by\s*:\s*(.*)$", re.I | re.M)
IDENTITY = re.compile(r"([^<>,;]*)<\s*([^<>\s]*)\s*>")
ID_LINK = re.compile(r"\[`([0-9a-f]{7})`\]\((https://[^)\s]+)\)")
REFERENCE_LINK = re.compile(r"\[((?:[\w./-]|\\.)*)[#!](\d+)\]\((https://[^)\s]+)\)")
MARKED = re.compile(r"^[^\s].*?!\s*[:：]|^[^a-z]*(?:\S+ ){0,2}\W*breaking(?: changes?)?\s*[:\])]|💥|:boom:", re.I)
FOOTER = re.compile(r"^BREAKING[ -]CHANGE:", re.M)
TICKET = re.compile(r"\b[A-Z][A-Z0-9_]+-\d+(?:-\d+)?\b")
# What is shown of a list, and the number of the others.
TICKETS = re.compile(rf"(?:{TICKET.pattern}(?:, )?)+(?: and ([\d,]+) more)?")
REFERENCE = re.compile(r"(?<![\w./-])[\w./-]*[#!]\d+\b")
REFERENCES = re.compile(rf"(?:{REFERENCE.pattern}(?:, )?)+(?: and ([\d,]+) more)?")
NOUNS = {
    "breaking change": "breaking",
    "security fix": "Security",
    "feature": "Features",
    "fix": "Fixes",
    "dependency update": "updates",
}


def letters(text):
    """What is left of a text if markup, marks and capitals are ignored."""
    text = html.unescape(text).translate(INVISIBLE)
    return "".join(letter for letter in text.lower() if letter.isalnum())


def number(text):
    return int(text.replace(",", ""))


def body_of(commit):
    return commit["message"].partition("\n")[2]


def co_authors(commit):
    return [line for line in CO_AUTHOR.findall(body_of(commit))]


def shown(text, keep=""):
    """A text without what keeps it from being markup."""
    text = html.unescape(text).translate(INVISIBLE)
    return "".join(letter for letter in text if letter in keep or letter not in "\\`*")


def cut(text, most):
    """As a report has it: one line, and an ellipsis for the rest."""
    text = " ".join(shown(text).split())
    return text if len(text) <= most else text[:most].rstrip() + "…"


def items(package):
    """The texts by which a report may name a package and its versions."""
    if package["scope"] == "LockFile":
        return
    yield cut(package["package"], 60)
    for chain in package["chains"]:
        first, last = (cut(version, 24) for version in (chain[0], chain[-1]))
        yield from (f"{first} → {last}", f"→ {last}", f"{first} (updated and taken back)")


class Components:
    """Identities that share a name, an address or an account: at most one person each, unless names are shared."""

    def __init__(self, commits):
        self.parents = {}
        for commit in commits:
            self.join(commit["author"].get("name", ""), commit["author"].get("email", ""))
            for line in co_authors(commit):
                for name, email in IDENTITY.findall(line):
                    self.join(name, email)

    def root(self, key):
        self.parents.setdefault(key, key)
        while self.parents[key] != key:
            key = self.parents[key]
        return key

    def join(self, name, email):
        email = email.lower().strip()
        account = email.partition("@")[0] if "noreply" in email else ""
        keys = [("name", letters(name)), ("email", email), *(("account", part) for part in account.split("+"))]
        keys = [key for key in keys if key[1]] or [("name", "")]
        for key in keys[1:]:
            self.parents[self.root(key)] = self.root(keys[0])

    def of_name(self, name):
        return self.root(("name", letters(name)))

    def of_author(self, author):
        name, email = letters(author.get("name", "")), author.get("email", "").lower().strip()
        return self.root(("name", name) if name or not email else ("email", email))


class Checker:
    """Collects what is wrong with one report."""

    def __init__(self, commits, window, page):
        self.window, self.page, self.wrong = window, page, []
        self.by_id = {commit["sha"]: commit for commit in commits}
        self.single = [commit for commit in commits if len(commit["parents"]) < 2]
        self.text = window["report"]
        self.components = Components(self.single)
        self.by_first = {change["commits"][0]: change for change in window["changes"]}
        self.items = {item for line in window["updates"] for package in line["packages"] for item in items(package)}
        updating = [sha for line in window["updates"] for sha in line["commits"]]
        self.keys = {key for sha in updating for key in TICKET.findall(self.by_id[sha]["message"])}
        self.listed = Counter()
        self.lines = 0

    def expect(self, is_right, what):
        if not is_right:
            self.wrong.append(what)

    def check(self):
        self.places()
        self.people()
        self.opening()
        self.sections()
        self.addresses()
        return self.wrong

    def places(self):
        """Each commit that is no merge is in one place."""
        window = self.window
        found = Counter(sha for change in window["changes"] for sha in change["commits"])
        found.update(sha for line in window["updates"] for sha in line["commits"])
        found.update(sha for one in window["reverted"] for sha in one["change"] + one["steps"])
        expected = Counter(commit["sha"] for commit in self.single)
        for sha in (found - expected) | (expected - found):
            self.wrong.append(f"commit {sha} is in {found[sha]} places instead of {expected[sha]}")
        for change in window["changes"]:
            messages = self.messages(change)
            breaks = any(FOOTER.search(body_of({"message": text})) for text in messages)
            self.expect(change["breaking"] or not breaks, f"{change['commits'][0]} breaks something")
            marked = breaks or any(MARKED.search(text.strip()) for text in messages)
            self.expect(marked or not change["breaking"], f"{change['commits'][0]} breaks nothing")
            for reference in change["references"]:
                self.expect(is_named(reference, messages), f"{change['commits'][0]} does not name {reference}")
            for ticket in change["tickets"]:
                named = any(ticket in text for text in messages)
                self.expect(named, f"{change['commits'][0]} does not name {ticket}")
        for line in window["updates"]:
            for package in line["packages"]:
                self.package(package)

    def messages(self, change):
        ids = change["commits"] + ([change["merge"]] if change["merge"] else [])
        return [self.by_id[sha]["message"] for sha in ids]

    def package(self, package):
        # A package may be updated by a merge's title, which its commits don't have.
        texts = [self.by_id[sha]["message"] for sha in package["commits"]]
        merges = [commit["message"] for commit in self.by_id.values() if len(commit["parents"]) > 1]
        everything = "\n".join(texts + merges)
        for version in (version for chain in package["chains"] for version in chain):
            self.expect(version in everything, f"no message has the version {version} of {package['package']}")
        if package["scope"] in ("Package", "Group"):
            named = letters(package["package"]) in letters(everything)
            self.expect(named, f"no message has the package {package['package']}")

    def people(self):
        components = self.components
        authored = Counter(components.of_author(commit["author"]) for commit in self.single)
        reported = defaultdict(int)
        trailers = letters("\n".join(line for commit in self.single for line in co_authors(commit)))
        names = {letters(commit["author"].get("name", "")) for commit in self.single}
        for person in self.window["people"]:
            name = letters(person["name"])
            self.expect(name in names or name in trailers, f"{person['name']} took no part")
            reported[components.of_name(person["name"])] += person["authored"]
        for component, count in reported.items():
            self.expect(count == authored[component], f"{component[1]}: {count} commits, {authored[component]} counted")
        self.expect(sum(reported.values()) == len(self.single), "each commit has one author")

    def opening(self):
        """The headline, and the sentence with the figures."""
        paragraphs = self.text.split("\n\n")
        if not self.single:
            return
        headline, figures = (html.unescape(text).strip().replace("\\", "") for text in paragraphs[1:3])
        bots = sum(person["bot"] for person in self.window["people"])
        humans = len(self.window["people"]) - bots
        expected = {"commit": len(self.single)}
        if (humans, bots) == (1, 0) and (name := letters(self.window["people"][0]["name"])):
            self.expect(name in letters(figures), f"{figures!r} does not name {name}")
        else:
            expected.update({"person": humans} if humans else {}, **({"bot": bots} if bots else {}))
        merges = len(self.by_id) - len(self.single)
        expected.update({"merge": merges} if merges else {})
        counts = re.findall(r"([\d,]+) (commit|bot|person|merge)s?\b", self.plain(figures))
        found = {word: number(count) for count, word in counts}
        self.expect(found == expected, f"{figures!r} instead of {expected}")
        files = [file for commit in self.single for file in commit["files"]]
        sizes = [file for file in files if "additions" in file or "deletions" in file]
        if sizes:
            added, deleted = (sum(file.get(name) or 0 for file in sizes) for name in ("additions", "deletions"))
            self.expect(f"+{added:,} −{deleted:,} lines" in figures, f"{figures!r} instead of +{added} −{deleted}")
        self.headline(headline, humans or bots)

    @staticmethod
    def plain(text):
        return text.partition(": ")[2].replace("people", "person")

    def headline(self, headline, who):
        changes, updates = self.window["changes"], sum(len(line["commits"]) for line in self.window["updates"])
        what = r"([\d,]+) (changes?|dependency updates?)\b(.*)"
        form = re.match(rf"([\d,]+) (?:person|people|bots?) (made|merged) {what}", headline)
        if not form:
            self.expect(not changes and not updates, f"{headline!r} has another form")
            return
        verb = "merged" if self.window["merge_based"] else "made"
        counted = len(changes) if form[4].startswith("change") else updates
        self.expect((number(form[1]), form[2], number(form[3])) == (who, verb, counted), f"{headline!r} has other numbers")
        areas = re.match(r" in ([\d,]+) areas, mostly ", form[5])
        is_right = not areas or number(areas[1]) == self.window["areas_total"]
        self.expect(is_right, f"{headline!r} has another number of areas")
        kinds = Counter("breaking" if change["breaking"] else change["kind"] for change in changes)
        kinds["updates"] = updates if changes else 0
        clauses = form[5].rpartition(";")[2] if ";" in form[5] else ""
        found = {}
        for count, noun in re.findall(rf"([\d,]+) ({'|'.join(NOUNS)})(?:e?s)?(?=[,.])", clauses):
            found[NOUNS[noun]] = number(count)
        expected = {name: kinds[name] for name in NOUNS.values() if kinds[name]}
        is_right = found == expected or (headline.endswith("…") and found.items() <= expected.items())
        self.expect(is_right, f"{headline!r} instead of {expected}")

    def sections(self):
        title, listed, total, seen = None, 0, 0, {}
        for line in [*self.text.splitlines(), "## "]:
            if line.startswith("## "):
                if title in seen:
                    self.expect(listed == total, f"{title}: {listed} lines and counts instead of {total}")
                heading = re.match(r"## (.*?)(?: \(([\d,]+)(?: updates?)?\))?$", line)
                title, listed = heading[1], 0
                total = number(heading[2] or "0")
                if heading[2] and title != "Dependencies":
                    seen[title] = total
                elif heading[2]:
                    self.updates_total(total)
            elif line.startswith("- … and "):
                listed += number(re.match(r"- … and ([\d,]+) more", line)[1])
            elif line.startswith("  - "):
                self.expect(self.is_said(line), f"no message has {line!r}")
            elif line.startswith("- ") and title:
                listed += 1
                self.line(title, line)
        kinds = Counter(heading_of(change) for change in self.window["changes"])
        del kinds["Dependencies"]
        if self.window["reverted"]:
            kinds["Added and reverted"] = len(self.window["reverted"])
        self.expect(seen == dict(kinds), f"headings {seen} instead of {dict(kinds)}")

    def updates_total(self, total):
        own = sum(change["kind"] == "Dependencies" and not change["breaking"] for change in self.window["changes"])
        folded = sum(len(line["commits"]) for line in self.window["updates"])
        self.expect(total == own + folded, f"{total} updates instead of {own} and {folded}")

    def line(self, title, line):
        if title == "Areas":
            self.area(line)
        elif title == "Authors":
            self.author(line)
        else:
            self.lines += 1
            self.listed[title] += 1
            if title == "Dependencies":
                self.updates(line)
            elif title == "Added and reverted":
                self.reverted(line)
            else:
                self.change(title, line)

    def change(self, title, line):
        ids = ID_LINK.findall(line)
        if len(ids) != 1:
            self.wrong.append(f"{line!r} has {len(ids)} ids")
            return
        change = self.by_first.get(ids[0][1].rsplit("/", 1)[1])
        if not change:
            self.wrong.append(f"{line!r} is no change")
            return
        kind = heading_of(change)
        self.expect(title == kind, f"{line!r} is under {title} and not {kind}")
        more = re.search(r"`\]\([^)]*\) and ([\d,]+) more commits?", line)
        is_right = len(change["commits"]) == 1 + (number(more[1]) if more else 0)
        self.expect(is_right, f"{line!r} has another number of commits")
        known = {str(reference["number"]) for reference in change["references"]}
        for _, digits, _ in REFERENCE_LINK.findall(line):
            self.expect(digits in known, f"{line!r} has a reference that no message has")
        places = line[: line.index("[`" + ids[0][0])].rpartition(" (")[2].replace("\\", "")
        unlinked = re.sub(r"\[[^\]]*\]\([^)]*\)", "", places)
        for ticket in TICKET.findall(unlinked):
            self.expect(ticket in change["tickets"], f"{line!r} has the ticket of another change")
        self.counted(line, TICKETS.search(unlinked), TICKET, change["tickets"])
        named = REFERENCE_LINK.sub(r"\1#\2", places)
        self.counted(line, REFERENCES.search(named), REFERENCE, change["references"])
        self.names(line, change)
        words = re.sub(r"^- (\*\*(?:[^*]|\\\*)*?:\*\* )?", "", line[: line.index("[`" + ids[0][0])]).rpartition(" (")[0]
        self.expect(self.is_said(words, self.messages(change)), f"no message has {words!r}")

    def counted(self, line, found, one, expected):
        """What is listed and what is counted are all tickets or references of the change."""
        if found:
            more = number(found[1] or "0")
            listed = len(one.findall(found[0])) + more
            self.expect(listed == len(expected), f"{line!r} has {listed} instead of {expected}")

    def is_said(self, words, messages=None):
        """Whether a message has these words, up to an ellipsis. Addresses of people are not in a report."""
        if messages is None:
            messages = [commit["message"] for commit in self.by_id.values()]
        wanted = [letters(part) for part in re.split("…", words) if letters(part)]
        if "(no message)" in words or not wanted:
            return True
        without = [re.sub(r"\S+@\S+", "", text) for text in messages]
        return any(wanted[0] in letters(text) for text in [*messages, *without])

    def names(self, line, change):
        """After the id only authors of the change are named."""
        end = line.rpartition("`](")[2].partition(")")[2]
        end = letters(re.sub(r"^ and [\d,]+ more commits?", "", end))
        components = self.components
        authors = {components.of_author(self.by_id[sha]["author"]) for sha in change["commits"]}
        everyone = {letters(person["name"]) for person in self.window["people"]}
        names = {name for name in everyone if name and components.root(("name", name)) in authors}
        for name in sorted(names, key=len, reverse=True):
            end = end.replace(name, " ")
        rest = re.sub(r"\band\b|\d+more|noname|\s", "", end)
        self.expect(rest == "" or rest == "and" * (len(rest) // 3), f"{line!r} names others: {rest}")

    def updates(self, line):
        """Only packages of the digest are named, with their first and last versions."""
        rest = re.sub(r"\*\*(?:[^*]|\\\*)+?:\*\*", "", shown(line[2:].partition("Also: ")[0], keep="*"))
        rest = rest.replace("*", "")
        for item in sorted(self.items, key=len, reverse=True):
            rest = rest.replace(item, " ")
        rest = TICKET.sub(lambda ticket: " " if ticket[0] in self.keys else ticket[0], rest)
        rest = re.sub(r"\d+ more|lock files|\band\b|\bmajor\b|[\s,;()]", "", rest)
        self.expect(rest == "", f"{line!r} names other updates: {rest}")

    def reverted(self, line):
        placed = {sha for one in self.window["reverted"] for sha in one["change"] + one["steps"]}
        ids = ID_LINK.findall(line)
        self.expect(len(ids) > 1, f"{line!r} has {len(ids)} ids")
        for _, page in ids:
            self.expect(page.rsplit("/", 1)[1] in placed, f"{line!r} was not reverted")

    def area(self, line):
        """A directory with its files, or a scope with its changes."""
        if line.startswith("- … "):
            return
        name = shown(line[2:].rpartition(": ")[0])
        area = next((area for area in self.window["areas"] if cut(area["name"], 80) == name), None)
        if not area:
            self.wrong.append(f"{line!r} is no area")
            return
        changes = self.window["changes"]
        paths = [{file["path"] for sha in change["commits"] for file in self.by_id[sha]["files"]} for change in changes]
        inside = [{path for path in some if self.is_inside(path, area["name"])} for some in paths]
        touched = sum(bool(some) for some in inside)
        scopes = sum((change["scope"] or "").strip().lower() == area["name"].lower() for change in changes)
        # Files that tools write are no part of an area.
        most = touched if area["files"] else scopes
        self.expect(area["changes"] <= most, f"{line!r} has more changes than {most}")
        files = len(set().union(*inside))
        self.expect(area["files"] <= files, f"{line!r} has more files than {files}")
        counts = [f": {area['changes']:,} change"] + ([f", {area['files']:,} file"] if area["files"] else [])
        self.expect(all(part in line for part in counts), f"{line!r} instead of {counts}")

    @staticmethod
    def is_inside(path, area):
        return area == "top level" or path.startswith(area + "/")

    def author(self, line):
        if line.startswith("- Bots and agents: "):
            return
        name, _, parts = line[2:].rpartition(": ")
        commits = re.match(r"([\d,]+) commits?", parts)
        helped = re.search(r"([\d,]+) as co-author", parts)
        credit = (letters(name), number(commits[1]) if commits else 0, number(helped[1]) if helped else 0)
        everyone = self.window["people"]
        people = [(letters(one["name"]) or "noname", one["authored"], one["helped"]) for one in everyone]
        self.expect(credit in people, f"{line!r} is no one who took part")

    def addresses(self):
        """Each link leads to a commit of the range or to a page of a reference."""
        for short, page in ID_LINK.findall(self.text):
            sha = page.rsplit("/", 1)[1]
            is_right = page == f"{self.page}/commit/{sha}" and sha.startswith(short) and sha in self.by_id
            self.expect(is_right, f"{page} is no commit of the range")
        rest = ID_LINK.sub("", self.text)
        for _, digits, page in REFERENCE_LINK.findall(rest):
            is_right = page in (f"{self.page}/pull/{digits}", f"{self.page}/issues/{digits}")
            self.expect(is_right, f"{page} is no page of #{digits}")
        rest = re.sub(r"`[^`\n]*`", "", REFERENCE_LINK.sub("", rest))
        for link in re.findall(r"(?<!\\)\]\([^)\n]*\)?", rest):
            self.wrong.append(f"{link} is another link")


def heading_of(change):
    return "Breaking changes" if change["breaking"] else change["kind"]


def is_named(reference, messages):
    mark = r"(?:[#!/]|\bGH-|\bPR )"
    return any(re.search(rf"{mark}{reference['number']}(?!\d)", text, re.I) for text in messages)
