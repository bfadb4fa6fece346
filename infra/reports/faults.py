"""Alterations of a report that the check must find: see the command `measure`."""

import copy
import re

from check import Checker, number


def one_more(match):
    return f"{number(match[1]) + 1:,}{match[2]}"


def one_more_behind(match):
    return f"{match[1]}{number(match[2]) + 1:,}"


# (what is altered, what is found, by what it is replaced), in the first place where it is found.
IN_TEXT = (
    ("a short id", r"\[`[0-9a-f]{7}`\]", "[`0000000`]"),
    ("the page of a commit", r"/commit/[0-9a-f]{40}", "/commit/" + "0" * 40),
    ("a reference", r"\[#\d+\]\(\S+?/(?:pull|issues)/\d+\)", "[#99999999](https://github.com/owner/name/pull/99999999)"),
    (
        "a ticket",
        r"(?<=\n- )(?!Also: |[^\n]* reverted by )([^\n]*?)(?=\[`[0-9a-f]{7}`\]\()",
        r"\1NOPE-1, ",
    ),
    ("the number of more tickets", r"(?m)^(- (?!Also: ).*?-\d+ and )([\d,]+)(?= more,)", one_more_behind),
    ("the number of more references", r"(?m)^(- (?!Also: ).*?\) and )([\d,]+)(?= more,)", one_more_behind),
    ("another link", r"$", "\n\n[page](https://elsewhere.example)"),
    ("the people of the headline", r"(?<=\n\n)([\d,]+)( people| person)", one_more),
    ("the changes of the headline", r"(?<=d )([\d,]+)( changes?)(?= in |;|\.)", one_more),
    ("the fixes of the headline", r"(?<=[,;] )([\d,]+)( fix(?:es)?)(?=[,.])", one_more),
    ("the number of commits", r"(?<=: )([\d,]+)( commits? by)", one_more),
    ("the number of merges", r"(?<=; )([\d,]+)( merges? not)", one_more),
    ("the added lines", r"(?<=, \+)([\d,]+)( −)", one_more),
    ("the number of a heading", r"(?<=\n## Fixes \()([\d,]+)(\))", one_more),
    ("the number of more commits", r"(?<= and )([\d,]+)( more commits?\b)", one_more),
    ("the number of updates", r"(?<=Dependencies \()([\d,]+)( updates?\))", one_more),
    ("a version", r"→ v?\d", "→ 9999"),
    ("a missing line", r"(?<=\n)- [^\n]*/commit/[^\n]*\n", ""),
    ("words of a change", r"(?<=\n- )[^\n]*?(?= \(\[)", "Add what no message has"),
    ("the author of a change", r"(?<=[0-9a-f]\), )[^\n]+?(?=\)\n)", "Xq Zzyx"),
    ("the changes of an area", r"(?<=: )([\d,]+)( changes?(?:, [^\n]*)?\n)", one_more),
    ("the commits of an author", r"(?<=: )([\d,]+)( commits?(?:, [\d,]+ as co-author)?\n)", one_more),
)


def twice(window):
    window["changes"].append(copy.deepcopy(window["changes"][0]))


def missing(window):
    window["changes"].pop()


def no_part(window):
    window["people"][0]["name"] = "Xq Zzyx"


def no_reference(window):
    window["changes"][0]["references"].append({"number": 99999999, "repository": None})


def no_ticket(window):
    window["changes"][0]["tickets"].append("NOPE-99999999")


IN_DIGEST = (
    ("a commit in two places", twice),
    ("a commit in no place", missing),
    ("a person who took no part", no_part),
    ("a reference of the digest", no_reference),
    ("a ticket of the digest", no_ticket),
)


def unnoticed(commits, window, page):
    """(The number of alterations, those that the check does not find)."""
    tried, found = 0, []
    for what, pattern, instead in IN_TEXT:
        text, times = re.subn(pattern, instead, window["report"], count=1)
        if times and text != window["report"]:
            tried += 1
            if not Checker(commits, {**window, "report": text}, page).check():
                found.append(what)
    for what, alter in IN_DIGEST:
        altered = copy.deepcopy(window)
        alter(altered)
        tried += 1
        if not Checker(commits, altered, page).check():
            found.append(what)
    return tried, found
