"""Compares two registries of model prices and writes the prices on which they agree: see `import`.

The list has one line per model, in US dollars per million tokens:

    {"model", "provider", "context_tokens"?, "input", "cached_input"?, "cache_write"?, "output",
     "tiers"?: [{"above_prompt_tokens", …}], "peak"?: {"utc_hours", …}, "retired_on"?, "of"?, "names"?: […],
     "hosted_names"?: […]}

`names` are other spellings of the vendor's own offer, and those of OpenRouter, which resells it. `hosted_names` are the names in
clouds that host the model at the same price and retire it on a date of their own. `of` is the model that a cloud hosts at another
price. `peak` are the prices of some hours from Monday to Friday. Classes that a text report never uses (audio, images, searches,
one-hour caches, batches and other service tiers) are not imported.

`context_tokens` is the model's context window: litellm's `max_input_tokens` and genai-prices' `context_window`. Of different figures
the smallest is used, also of those for the other names of a line: litellm subtracts the answer for some models, some clouds offer
less than the vendor, and a prompt that fits the smallest window fits them all. One registry that has a figure is enough, because the
figure is not charged: a window that is too small costs shorter parts, and one that is too large a request that is refused. If neither
has one, the window is unknown.

`retired_on` is the vendor's announcement according to litellm and the vendor's own client (PyPI `anthropic`): no second registry has
these dates, so one source is enough. If there are two, the later date is used.
"""

import argparse
import datetime
import json
import re
from decimal import Decimal

from genai_prices.data import providers

GENAI = {provider.id: provider for provider in providers}
# The names of each class of tokens: (ours, litellm's, genai-prices').
CLASSES = [
    ("input", "input_cost_per_token", "input_mtok"),
    ("cached_input", "cache_read_input_token_cost", "cache_read_mtok"),
    ("cache_write", "cache_creation_input_token_cost", "cache_write_mtok"),
    ("output", "output_cost_per_token", "output_mtok"),
]
# litellm's provider: (ours, genai-prices').
VENDORS = {
    "openai": ("openai", "openai"),
    "anthropic": ("anthropic", "anthropic"),
    "gemini": ("google", "google"),
    "mistral": ("mistral", "mistral"),
    "deepseek": ("deepseek", "deepseek"),
    "xai": ("xai", "x-ai"),
}
GATEWAYS = {
    "azure": ("azure", "azure"),
    "azure_ai": ("azure", "azure"),
    "bedrock": ("bedrock", "aws"),
    "bedrock_converse": ("bedrock", "aws"),
    "vertex_ai": ("vertex", "google"),
    "vertex_ai-language-models": ("vertex", "google"),
    "vertex_ai-anthropic_models": ("vertex", "google"),
    "vertex_ai-mistral_models": ("vertex", "google"),
}
# OpenRouter's authors: (its spelling, ours).
AUTHORS = {
    "openai": "openai", "anthropic": "anthropic", "google": "google", "mistralai": "mistral", "deepseek": "deepseek",
    "x-ai": "xai",
}
# Models that are not text models, or whose price is not per token only. Models for regions other than the global ones have names of
# their own and are compared like all others.
SKIPPED = re.compile(
    r"audio|tts|image|video|imagine|voice|realtime|transcribe|embed|moderation|live|ocr|robotics|lyria|search|computer-use"
    r"|deep-research|container|commitment|^ft:|voxtral|whisper|native|omni|gemma|exp-\d{4}|learnlm|model.router|leanstral"
)
FAMILIES = re.compile(
    r"gpt-|chatgpt|chat-latest|\bo[134]\b|o[134]-|codex|claude|gemini|mistral|ministral|magistral|codestral|devstral|pixtral"
    r"|mixtral|deepseek|grok"
)
TOLERANCE = Decimal("0.01")
SNAPSHOT = re.compile(r"[-@](\d{4}-\d{2}-\d{2}|\d{8})$")


def agree(one, other):
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def price(value):
    """Decimal text without an exponent, with at most 6 decimals."""
    text = f"{round(Decimal(value), 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def per_million(model, key):
    value = model.get(key)
    return None if value is None else Decimal(str(value)) * 1_000_000


def litellm_figures(model):
    """{threshold: {class: price}}; the threshold of the usual prices is 0."""
    tiers = {0: {}}
    for ours, theirs, _ in CLASSES:
        for key in model:
            found = re.fullmatch(re.escape(theirs) + r"(?:_above_(\d+)k_tokens)?", key)
            value = per_million(model, key) if found else None
            # A price of 0 for writing to the cache means that the model has no such class.
            if value is None or (ours == "cache_write" and value == 0):
                continue
            tiers.setdefault(int(found[1] or 0) * 1000, {})[ours] = value
    return tiers


def genai_figures(model, day):
    """(figures as in litellm_figures, the figures of peak hours, these hours) of a weekday, in UTC."""
    weekday = day - datetime.timedelta(days=max(0, day.weekday() - 4))
    hours = [datetime.datetime.combine(weekday, datetime.time(hour, 30), datetime.UTC) for hour in range(24)]
    by_hour = [genai_figures_at(model.get_prices(hour)) for hour in hours]
    usual = min(by_hour, key=lambda figures: figures[0].get("input", 0))
    peak = [hour for hour, figures in enumerate(by_hour) if figures != usual]
    return usual, by_hour[peak[0]] if peak else None, peak


def litellm_peak(model):
    """(the usual figures, those of peak hours, these hours) if litellm has cheaper hours, else None."""
    cheaper = model.get("off_peak_pricing")
    if not cheaper:
        return None
    peak = set(range(24))
    for window in cheaper["windows"]:
        if 1 not in window["weekdays"]:
            continue
        for span in [window["hours_utc"]] if isinstance(window["hours_utc"], str) else window["hours_utc"]:
            start, end = (int(clock.split(":")[0]) for clock in span.split("-"))
            peak -= set(range(start, end or 24))
    return litellm_figures(cheaper), litellm_figures(model), sorted(peak)


def genai_figures_at(prices):
    tiers = {0: {}}
    for ours, _, theirs in CLASSES:
        value = getattr(prices, theirs, None)
        if value is None:
            continue
        tiers[0][ours] = Decimal(getattr(value, "base", value))
        for tier in getattr(value, "tiers", []):
            tiers.setdefault(tier.start, {})[ours] = Decimal(tier.price)
    return tiers


class Rest:
    """The figures that are not imported, with the reason."""

    def __init__(self):
        self.lines = set()

    def add(self, name, figure, reason):
        self.lines.add(f"{name}\t{figure}\t{reason}")


def agreed(name, ours, theirs, rest):
    """The figures on which both agree; None if they disagree on the usual prices."""
    taken = {}
    for above in sorted(set(ours) | set(theirs)):
        figures, refused, words = {}, False, "" if above == 0 else f" above {above} tokens"
        for cls, _, _ in CLASSES:
            one, other = ours.get(above, {}).get(cls), theirs.get(above, {}).get(cls)
            if one is None and other is None:
                continue
            if one is None or other is None:
                holder, value = ("genai-prices", other) if one is None else ("litellm", one)
                rest.add(name, cls + words, f"only {holder} has it: {price(value)}")
            elif not agree(one, other):
                rest.add(name, cls + words, f"litellm has {price(one)}, genai-prices {price(other)}")
                # One wrong figure would make the sum wrong.
                refused = True
            else:
                figures[cls] = other
        whole = "input" in figures and "output" in figures and not refused
        if above == 0:
            if not whole:
                return None
            taken[0] = figures
        elif whole and set(figures) == set(taken[0]):
            taken[above] = figures
        elif figures:
            rest.add(name, "all" + words, "the tier is incomplete in one of them")
    return taken


def smallest(*windows):
    """The smallest known window, in tokens; None if none is known."""
    return min(filter(None, windows), default=None)


def entry(name, provider, tiers, peak, window, retired_on, of=None):
    def figures(tier):
        return {cls: price(tier[cls]) for cls, _, _ in CLASSES if cls in tier}

    line = {"model": name, "provider": provider}
    if window:
        line["context_tokens"] = window
    line |= figures(tiers[0])
    above = [{"above_prompt_tokens": start, **figures(tier)} for start, tier in sorted(tiers.items()) if start]
    if peak:
        line["peak"] = {"utc_hours": peak[1], **figures(peak[0][0])}
    extras = {"tiers": above, "retired_on": retired_on, "of": of}
    return line | {key: value for key, value in extras.items() if value}


def charges(line):
    """The members that determine the cost of a call."""
    apart = ("model", "provider", "context_tokens", "names", "hosted_names", "of", "retired_on")
    return {key: value for key, value in line.items() if key not in apart}


def candidates(litellm, table):
    """(the name, provider, genai-prices' model, litellm's model) of all text models of these providers."""
    for key, model in sorted(litellm.items()):
        if model.get("litellm_provider") not in table or model.get("mode") not in ("chat", "responses"):
            continue
        provider, theirs = table[model["litellm_provider"]]
        vendor = table is VENDORS
        name = re.sub(r"^(openai|gemini|mistral|deepseek|xai|anthropic)/", "", key) if vendor else key
        ref = re.sub(r"^(azure_ai|azure|bedrock|vertex_ai)/(global(-standard)?/)?", "", name)
        if SKIPPED.search(name) or not FAMILIES.search(name):
            continue
        yield name, provider, GENAI[theirs].find_model(ref, all_providers=providers), model


def base_of(name, lines):
    """The vendor's model to which a gateway's name refers."""
    tail = re.sub(r"-v\d+(:\d+)?$", "", re.split(r"[/]", name)[-1])
    tail = re.sub(r"^((us-gov|us|eu|apac|au|jp|global)\.)?(anthropic|openai|mistral|deepseek)\.", "", tail)
    tail = SNAPSHOT.sub("", re.sub(r"@default$", "", tail))
    return tail if tail in lines else None


def offer(name, found, model, day, rest):
    """(the figures, those of peak hours with the hours) on which both registries agree, or None."""
    usual, peak, hours = genai_figures(found, day)
    own = litellm_peak(model)
    if not peak:
        tiers = agreed(name, litellm_figures(model), usual, rest)
        return (tiers, None) if tiers else None
    if own is None or own[2] != hours:
        rest.add(name, "all", f"genai-prices has other prices at the hours {hours}, litellm does not")
        return None
    tiers, dearer = agreed(name, own[0], usual, rest), agreed(name, own[1], peak, rest)
    return (tiers, (dearer, hours)) if tiers and dearer else None


def add_name(line, key, name, window):
    """Adds another name of the line, under which the model may have a smaller window."""
    line.setdefault(key, []).append(name)
    known = smallest(line.get("context_tokens"), window)
    if known:
        line["context_tokens"] = known


def compare(litellm, ends, day, rest):
    lines = {}
    for table in (VENDORS, GATEWAYS):
        for name, provider, found, model in candidates(litellm, table):
            if found is None:
                rest.add(name, "all", "genai-prices does not have it")
                continue
            offered = offer(name, found, model, day, rest)
            if offered is None:
                continue
            window = smallest(model.get("max_input_tokens"), found.context_window)
            if table is VENDORS:
                retired_on = max(filter(None, (model.get("deprecation_date"), ends.get(name))), default=None)
                known, hosted = SNAPSHOT.sub("", name), "names"
                line = entry(name, provider, *offered, window, retired_on)
            else:
                known, hosted = base_of(name, lines), "hosted_names"
                line = entry(name, provider, *offered, window, None, known)
            same = lines.get(known)
            if same and known != name and charges(same) == charges(line):
                if hosted == "hosted_names" or same.get("retired_on") == line.get("retired_on"):
                    add_name(same, hosted, name, window)
                    continue
            lines.setdefault(name, line)
    return lines


def add_openrouter(lines, day, rest):
    """Adds OpenRouter's names if genai-prices has them at the price on which both registries agree for the vendor's own."""
    for model in GENAI["openrouter"].models:
        author, _, name = model.id.partition("/")
        if author not in AUTHORS or ":" in name or SKIPPED.search(name) or not FAMILIES.search(name):
            continue
        own = next((own for own in (name, name.replace(".", "-")) if own in lines), None)
        if own is None or lines[own]["provider"] != AUTHORS[author]:
            rest.add(model.id, "all", "its vendor's model is not in the list")
            continue
        usual, peak, _ = genai_figures(model, day)
        ours = {0: {cls: Decimal(lines[own][cls]) for cls, _, _ in CLASSES if cls in lines[own]}}
        if not peak and agreed(model.id, ours, {0: usual[0]}, rest):
            add_name(lines[own], "names", model.id, model.context_window)


def tidy(lines):
    """Sorts the names, and removes those that the reader derives: with the date of a snapshot, or with the vendor as a prefix."""
    for line in lines.values():
        for key in ("names", "hosted_names"):
            known = {line["model"], *line.get(key, [])}
            found = {name for name in known if SNAPSHOT.sub("", name) not in known - {name}}
            found -= {line["model"], f"{line['provider']}/{line['model']}"}
            line.pop(key, None)
            if found:
                line[key] = sorted(found)


def ends_of(path):
    """Anthropic's own list, {"claude-…": "November 30th, 2026"}, as dates."""
    with open(path, encoding="utf-8") as file:
        found = re.findall(r'"([^"]+)": "(\w+) (\d+)\w*, (\d{4})"', file.read())
    day = lambda words: datetime.datetime.strptime(" ".join(words), "%B %d %Y").date().isoformat()
    return {name: day(words) for name, *words in found}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--litellm", required=True)
    arguments.add_argument("--anthropic", required=True)
    arguments.add_argument("--list", required=True)
    arguments.add_argument("--rest", required=True)
    arguments.add_argument("--as-of", type=datetime.date.fromisoformat, default=datetime.datetime.now(datetime.UTC).date())
    given = arguments.parse_args()
    with open(given.litellm, encoding="utf-8") as file:
        litellm = json.load(file)
    rest = Rest()
    lines = compare(litellm, ends_of(given.anthropic), given.as_of, rest)
    add_openrouter(lines, given.as_of, rest)
    tidy(lines)
    models = ",\n".join("    " + json.dumps(lines[name]) for name in sorted(lines))
    with open(given.list, "w", encoding="utf-8") as file:
        file.write(f'{{\n  "as_of": "{given.as_of}",\n  "unit": "USD per million tokens",\n  "models": [\n{models}\n  ]\n}}\n')
    with open(given.rest, "w", encoding="utf-8") as file:
        file.write("name\tfigure\twhy it is not in the list\n" + "\n".join(sorted(rest.lines)) + "\n")
    names = sum(1 + len(line.get("names", [])) + len(line.get("hosted_names", [])) for line in lines.values())
    print(f"{len(lines)} models under {names} names; {len(rest.lines)} figures are not in the list: see {given.rest}")


if __name__ == "__main__":
    main()
