"""Finds foreign links, images, HTML and live mentions in stored reports and messages. See infra/text/check."""

import html
import json
import re
import sys
from html.parser import HTMLParser

import cmarkgfm
import mistune
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

ALLOWED = re.compile(
    r"https://github\.com/octocat/hello-world/(commit/[0-9a-f]{7,40}|pull/\d+|issues/\d+)"
    r"|https://reports\.example/app(/[\w/-]*)?"
)
# What renderers write for Markdown of their own accord.
ELEMENTS = set(
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr input li ol p pre s strong table tbody td th thead tr ul".split()
)
ATTRIBUTES = {
    "href", "align", "style", "class", "start", "type", "checked", "disabled", "lang", "id", "data-footnote-ref",
}

# Live mentions in the syntax of each service, in a text as its receiver gets it.
MENTIONS = {
    "slack": r"<!(channel|here|everyone|subteam\^|date\^)|<@[UWB][A-Z0-9]+|<#C[A-Z0-9]+",
    "discord": r"@everyone|@here|<@[!&]?\d+>|<#\d+>|</[\w -]+:\d+>|<a?:\w+:\d+>|<t:\d+|<id:\w+>",
    "teams": r"<at\b|</at>",
    "google_chat": r"<users/[\w]+>",
    "mattermost": r"(?<![\w`])@(all|channel|here)\b",
    "git_host": r"(?<![\w`/@])@[A-Za-z][\w-]*",
}
# The functions of a card, which only a card has.
CARD_FUNCTIONS = r"\{\{(DATE|TIME)\("
# A stored report may be rendered or sent on by any of them.
STORED = ["slack", "discord", "teams", "google_chat", "mattermost"]


INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


class Page(HTMLParser):
    """Collects what is not allowed in a rendered report, and its text outside of code."""

    def __init__(self):
        super().__init__()
        self.found, self.text, self.code = [], [], 0

    def handle_starttag(self, tag, attributes):
        if tag in ("code", "pre"):
            self.code += 1
        if tag not in ELEMENTS:
            self.found.append(f"the element {tag}")
        for name, value in attributes:
            if name not in ATTRIBUTES:
                self.found.append(f"the attribute {name} of {tag}")
            if name == "href" and not ALLOWED.fullmatch(value or ""):
                self.found.append(f"a link to {value}")

    def handle_endtag(self, tag):
        if tag in ("code", "pre"):
            self.code -= 1

    def handle_comment(self, data):
        self.found.append(f"a comment: {data}")

    def handle_decl(self, decl):
        self.found.append(f"a declaration: {decl}")

    def handle_data(self, data):
        if not self.code:
            self.text.append(data)


def renderers():
    """Each renderer with everything on that finds links and HTML."""
    linking = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    commonmark = MarkdownIt("commonmark", {"html": True})
    options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
    loose = mistune.create_markdown(escape=False, plugins=["url", "table", "strikethrough", "footnotes", "task_lists"])
    return {
        "markdown-it-py with linkify": linking.render,
        "markdown-it-py": commonmark.render,
        "cmarkgfm": lambda text: cmarkgfm.github_flavored_markdown_to_html(text, options),
        "cmarkgfm without tag filter": lambda text: cmarkgfm.markdown_to_html_with_extensions(
            text, options, ["table", "autolink", "strikethrough", "tasklist"]
        ),
        "mistune": loose,
    }


def rendered(render, text):
    """The page of a text. Of one of many kilobytes, which repeats itself, the beginning is rendered."""
    page = Page()
    page.feed(render(text if len(text) < 40_000 else text[: text.rfind("\n", 0, 20_000) + 1 or 20_000]))
    return page


def mentions(text, services):
    """The live mentions in a text, as it is and with its entities decoded."""
    return [
        f"{service}: {found.group(0)!r}"
        for service in services
        for variant in {text, html.unescape(text)}
        for found in re.finditer(MENTIONS[service], variant)
    ]


def strings(value, path=""):
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, path)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, f"{path}.{name}")


def bracketed_links(text):
    return [link.split("|")[0] for link in re.findall(r"<(?!\u200b)([^>]*)>", text)]


def check_body(service, body):
    """What is wrong with a message in the language of its service."""
    found = []
    for path, text in strings(body):
        if service == "generic" and not path.endswith(".report"):
            continue
        # A card separates the items of a list by carriage returns.
        if INVISIBLE.search(text.replace("\r", "") if service == "teams" else text):
            found.append(f"an invisible character in {path}")
        services = STORED if service == "generic" else [service]
        services = [name for name in services if name in MENTIONS]
        for name in services:
            found += [f"a mention for {name}: {m.group(0)!r}" for m in re.finditer(MENTIONS[name], text)]
        if service == "teams" and re.search(CARD_FUNCTIONS, text):
            found.append(f"a function of a card in {path}")
        if service in ("slack", "google_chat"):
            found += [f"a link to {link}" for link in bracketed_links(text) if not ALLOWED.fullmatch(html.unescape(link))]
        if service == "google_chat":
            # It makes links of addresses in a text by itself. A zero-width space after `<` or within an address breaks both.
            outside = re.sub(r"```.*?```|(?!(?<=\u200b)`\u200b)`[^`]*`|<[^>]*>", "", text, flags=re.S)
            addresses = re.findall(r"https?://[^\s)]+|www\.[^\s)]+", outside)
            found += [f"a link to {link}" for link in addresses if not ALLOWED.fullmatch(link)]
        if service in ("discord", "teams", "mattermost"):
            for link in re.findall(r"\]\(([^)]*)\)", re.sub(r"`[^`]*`|\\.", "", text)):
                if not ALLOWED.fullmatch(link):
                    found.append(f"a link to {link}")
    return found


def main():
    hostile = 0
    all_renderers, problems, checked = renderers(), [], {"stored": 0, "messages": 0, "renderings": 0}
    for line in open(sys.argv[1], encoding="utf-8"):
        answer = json.loads(line)
        stored, name = answer["stored"], answer["name"]
        checked["stored"] += 1
        raw = rendered(all_renderers["markdown-it-py with linkify"], answer["answer"])
        hostile += bool(raw.found or mentions("".join(raw.text), MENTIONS))
        for renderer, render in all_renderers.items():
            page = rendered(render, stored)
            checked["renderings"] += 1
            problems += [f"{name}: {renderer} finds {found}" for found in page.found]
            problems += [f"{name}: {renderer} shows a mention for {m}" for m in mentions("".join(page.text), MENTIONS)]
        problems += [f"{name}: the stored text has a mention for {m}" for m in mentions(stored, STORED)]
        if INVISIBLE.search(stored):
            problems.append(f"{name}: the stored text has an invisible character")
        for service, body in answer["bodies"].items():
            checked["messages"] += 1
            problems += [f"{name}: the message for {service} has {found}" for found in check_body(service, body)]
    for problem in problems:
        print(problem)
    counts = ", ".join(f"{number} {what}" for what, number in checked.items())
    print(f"{hostile} of the answers have a foreign link, an image, HTML or a mention before they are filtered")
    print(f"{counts}: {len(problems)} problems")
    if problems or checked["stored"] < 60 or hostile < 40:
        sys.exit(1)


main()
