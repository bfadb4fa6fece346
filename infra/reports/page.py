"""Prints docs/REPORTS.md: see the command `page`."""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAME = "tidepool/harbour"
HISTORY = (HERE / "sample.jsonl").read_bytes()


def ran(command, text):
    """What a program prints as JSON."""
    return json.loads(subprocess.run(command, input=text, check=True, stdout=subprocess.PIPE).stdout)


def quoted(text):
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def slack(body):
    """The texts of the blocks, as mrkdwn."""
    for block in body["blocks"]:
        if block["type"] == "context":
            yield from (element["text"] for element in block["elements"])
        else:
            yield block["text"]["text"]


def discord(body):
    """The texts of the embeds, as Discord's Markdown."""
    for embed in body["embeds"]:
        yield from (embed[name] for name in ("title", "description") if name in embed)
        yield from ([embed["footer"]["text"]] if "footer" in embed else [])


def teams(body):
    """The texts of the card, as the Markdown of Adaptive Cards, and its button."""
    card = body["attachments"][0]["content"]
    for block in card["body"]:
        yield block["text"].replace("\r", "\n")
    yield from (f"[ {action['title']} ]" for action in card.get("actions", []))


def shown(service, texts, language):
    """The texts of a message, one below the other."""
    text = "\n\n".join(texts)
    return f"<details><summary>{service}</summary>\n\n```{language}\n{text}\n```\n\n</details>"


def report(program, messages, style):
    """The report of the sample in a style: as Markdown, and as it is sent to three chat services."""
    found = ran([program, NAME, style, "0", "no"], HISTORY)
    text, commits = found["report"], str(found["commits"])
    headline = next(line for line in text.splitlines() if line and not line.startswith("#"))
    bodies = ran([messages, NAME, commits, headline], text.encode())
    return "\n\n".join([
        quoted(text),
        shown("In Slack", slack(bodies["slack"]), "text"),
        shown("In Discord", discord(bodies["discord"]), "markdown"),
        shown("In Teams", teams(bodies["teams"]), "markdown"),
    ])


def main():
    programs = sys.argv[1:3]
    page = (HERE / "page.md").read_text()
    sys.stdout.write(re.sub(r"\{\{(.+?)\}\}", lambda place: report(*programs, place[1]), page))


if __name__ == "__main__":
    main()
