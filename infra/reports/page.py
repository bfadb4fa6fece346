"""Prints docs/REPORTS.md: see the command `page`."""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def report(program, style):
    """The report of the sample in a style, as a quotation."""
    command = [program, "tidepool/harbour", style, "0", "no"]
    answer = subprocess.run(command, input=(HERE / "sample.jsonl").read_bytes(), check=True, stdout=subprocess.PIPE)
    text = json.loads(answer.stdout)["report"]
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def main():
    program = sys.argv[1]
    page = (HERE / "page.md").read_text()
    sys.stdout.write(re.sub(r"\{\{(.+?)\}\}", lambda place: report(program, place[1]), page))


if __name__ == "__main__":
    main()
