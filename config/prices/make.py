#!/usr/bin/env python3
"""Builds prices.tsv: what tokens cost, and since when.

    python3 config/prices/make.py [FOLDER]

The table is the union of dated snapshots: each is the price list inside one release of the Python
package `litellm` (MIT, see NOTICE). Releases that are not in FOLDER yet are fetched with
`pip download`. Nothing else is read, and larder itself never needs the network.

To add a snapshot: append a release and the day it was published to SNAPSHOTS, run this, look at
the difference. Lines of closed periods do not change; that is what makes old costs final.

The form of a line, with tabs between its parts:

    PROVIDER/ID  ALIASES  DEPRECATED  PERIOD...

ALIASES are other ids of the same model at the same provider, with commas, `-` when there are
none; DEPRECATED is a day or `-`. A PERIOD is `FIRST-LAST` and prices, with spaces between: the
first and the last snapshot that show them, by number, and `@DAY` when the day of the change is
known; without it, it lies between the snapshots. Where a snapshot tells more than the one before
and contradicts nothing, that is no change: the list has learned. Prices are whole pico-dollars per
token:

    i input   o output   n reasoning   r cache read
    w cache write (5 minutes)   h cache write (1 hour)   x cache write (12 hours)

`>N` begins the prices for prompts over N tokens, `>=N` those from N on; `/priority`, `/flex`,
`/batch` and `/off-peak` begin those of a service, which may have tiers of its own. `s` is the
price of one web search, `us` and `fast` multiply (in thousandths), and `@utc` tells when off-peak
is: weekdays (Monday is 1), then minutes from midnight.
"""

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

# Releases of litellm, with the day each was published.
SNAPSHOTS = [
    ("1.62.1", "2025-03-03"),
    ("1.67.6", "2025-05-02"),
    ("1.72.0", "2025-06-01"),
    ("1.75.8", "2025-08-16"),
    ("1.77.7", "2025-10-05"),
    ("1.80.11", "2025-12-22"),
    ("1.81.6", "2026-02-01"),
    ("1.82.0", "2026-03-01"),
    ("1.83.1", "2026-04-03"),
    ("1.84.0", "2026-05-14"),
    ("1.89.2", "2026-06-18"),
    ("1.94.0", "2026-07-28"),
    ("1.95.0", "2026-08-02"),
    ("1.97.0", "2026-08-16"),
    ("1.99.0", "2026-09-01"),
    ("1.105.0", "2026-10-11"),
    ("1.109.1", "2026-11-12"),
]
TABLE = "litellm/model_prices_and_context_window_backup.json"

# Days on which a provider is known to have changed a price; without one, all that is known is
# between which two snapshots it changed.
KNOWN_CHANGES = {
    "openai/gpt-5.6": "2026-08-21",
    "openai/gpt-5.6-sol": "2026-08-21",
    "openai/gpt-5.6-luna": "2026-07-30",
    "openai/gpt-5.6-terra": "2026-07-30",
}

# litellm's name of a provider, ours, and the prefix that its ids carry there.
PROVIDERS = {
    "ai21": ("ai21", ""),
    "amazon_nova": ("amazon", "amazon-nova/"),
    "anthropic": ("anthropic", ""),
    "azure": ("azure", "azure/"),
    "azure_ai": ("azure", "azure_ai/"),
    "bedrock": ("amazon-bedrock", ""),
    "bedrock_converse": ("amazon-bedrock", ""),
    "cerebras": ("cerebras", "cerebras/"),
    "codestral": ("mistral", "codestral/"),
    "cohere": ("cohere", ""),
    "cohere_chat": ("cohere", ""),
    "dashscope": ("alibaba", "dashscope/"),
    "deepseek": ("deepseek", "deepseek/"),
    "gemini": ("google", "gemini/"),
    "github_copilot": ("github-copilot", "github_copilot/"),
    "groq": ("groq", "groq/"),
    "meta": ("meta", "meta/"),
    "minimax": ("minimax", "minimax/"),
    "mistral": ("mistral", "mistral/"),
    "moonshot": ("moonshot", "moonshot/"),
    "openai": ("openai", ""),
    "openrouter": ("openrouter", "openrouter/"),
    "perplexity": ("perplexity", "perplexity/"),
    "tencent": ("tencent", "tencent/"),
    "text-completion-openai": ("openai", ""),
    "vertex_ai-anthropic_models": ("google-vertex", "vertex_ai/"),
    "vertex_ai-language-models": ("google-vertex", "vertex_ai/"),
    "volcengine": ("volcengine", "volcengine/"),
    "xai": ("xai", "xai/"),
    "zai": ("zai", "zai/"),
}
MODES = {"chat", "completion", "responses"}
# Prices that begin at a threshold, not after it.
INCLUSIVE = {"xai"}

CLASSES = {
    "input_cost_per_token": "i",
    "output_cost_per_token": "o",
    "output_cost_per_reasoning_token": "n",
    "cache_read_input_token_cost": "r",
    "cache_creation_input_token_cost": "w",
}
LIFETIMES = {"1hr": "h", "12hr": "x"}
SERVICES = {"priority": "priority", "flex": "flex", "batches": "batch"}
FIELD = re.compile(
    "(?P<cls>" + "|".join(CLASSES) + ")"
    "(?:_above_(?P<life>1hr|12hr))?(?:_(?P<service1>priority|flex|batches))?"
    "(?:_above_(?P<over>[0-9]+)(?P<k>k?)_tokens)?(?:_(?P<service2>priority|flex|batches))?"
)
DATED = re.compile(r"(?:[-@](?:20\d\d-?\d\d-?\d\d|latest|default))+$")


def wheel(version, folder):
    """Returns the wheel of a release, fetched if need be."""
    found = sorted(folder.glob(f"litellm-{version}-*.whl"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--quiet", "--dest", folder, f"litellm=={version}"], check=True)
        found = sorted(folder.glob(f"litellm-{version}-*.whl"))
    return found[0]


def pico(dollars):
    """Returns whole pico-dollars; finer parts are noise of floating point."""
    return int((Decimal(repr(float(dollars))) * 10**12).to_integral_value())


def minutes(clock):
    hours, mins = clock.split(":")
    return int(hours) * 60 + int(mins)


def weekday(day):
    """Returns the number of a weekday that may be a word."""
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    return names.index(day.lower()) + 1 if isinstance(day, str) else day


def windows(pricing):
    """Returns when off-peak prices hold, as words of the table."""
    words = []
    for window in pricing.get("windows", []):
        days = "".join(str(weekday(day)) for day in window.get("weekdays", range(1, 8)))
        spans = window["hours_utc"]
        spans = [spans] if isinstance(spans, str) else spans
        for span in spans:
            begin, end = (minutes(clock) for clock in span.split("-"))
            words.append(f"@utc{days}:{begin}-{end or 1440}")
    return words


def rates(entry):
    """Returns prices as {(service, over): {class: price}}."""
    found = {}

    def put(service, over, cls, price):
        if price is not None:
            found.setdefault((service, over), {})[cls] = pico(price)

    for field, price in entry.items():
        match = FIELD.fullmatch(field)
        if not match:
            continue
        cls = CLASSES[match["cls"]]
        if match["life"]:
            cls = LIFETIMES[match["life"]]
        over = int(match["over"] or 0) * (1000 if match["k"] else 1)
        put(SERVICES.get(match["service1"] or match["service2"], ""), over, cls, price)
    base = found.setdefault(("", 0), {})
    if "r" not in base:
        put("", 0, "r", entry.get("input_cost_per_token_cache_hit"))
    for step in entry.get("tiered_pricing") or []:
        for field, price in step.items():
            if field in CLASSES and "range" in step:
                put("", int(float(step["range"][0])), CLASSES[field], price)
    for field, price in (entry.get("off_peak_pricing") or {}).items():
        if field in CLASSES:
            put("off-peak", 0, CLASSES[field], price)
    for prices in found.values():
        if prices.get("n") == prices.get("o"):
            prices.pop("n", None)
    return {at: prices for at, prices in found.items() if prices}


def words(provider, entry):
    """Returns the prices of an entry as words of the table, or None when it has none."""
    found = rates(entry)
    base = found.get(("", 0), {})
    if "i" not in base or "o" not in base:
        return None
    out = []
    for service in ["", "priority", "flex", "batch", "off-peak"]:
        steps = sorted(over for known, over in found if known == service)
        if service and steps:
            out.append(f"/{service}")
        for over in steps:
            if over:
                out.append(f">{'=' if provider in INCLUSIVE else ''}{over}")
            prices = found[service, over]
            out += [f"{cls}{prices[cls]}" for cls in "ionrwhx" if cls in prices]
    search = (entry.get("search_context_cost_per_query") or {}).get("search_context_size_medium")
    if search is not None:
        out.append(f"s{pico(search)}")
    factors = entry.get("provider_specific_entry") or {}
    us = factors.get("us", entry.get("regional_processing_uplift_multiplier_us"))
    for name, factor in [("us", us), ("fast", factors.get("fast"))]:
        if factor is not None:
            out.append(f"{name}{int(Decimal(repr(float(factor))) * 1000)}")
    out += windows(entry.get("off_peak_pricing") or {})
    return " ".join(out)


def snapshot(path):
    """Returns {name: (words, deprecation)} of one release."""
    with zipfile.ZipFile(path) as files:
        entries = json.loads(files.read(TABLE))
    found = {}
    for key, entry in entries.items():
        provider, prefix = PROVIDERS.get(entry.get("litellm_provider"), (None, ""))
        if provider is None or entry.get("mode") not in MODES:
            continue
        if key.startswith(("bedrock/", "ft:")) or not (key.isascii() and key.isprintable()):
            continue
        prices = words(provider, entry)
        has_prefix = bool(prefix) and key.startswith(prefix)
        name = f"{provider}/{key.removeprefix(prefix)}".lower().replace(" ", "-")
        # An id with its provider before it is the newer of two entries.
        if prices and (has_prefix or name not in found):
            day = entry.get("deprecation_date") or "-"
            found[name] = (prices, day if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else "-")
    return found


def facts(prices):
    """Returns what words of the table say, each word with the step that it belongs to."""
    said, service, over = set(), "", ""
    for word in prices.split(" "):
        if word[0] == "/":
            service, over = word, ""
        elif word[0] == ">":
            over = word
        elif word[0] == "s" or word[:2] == "us" or word[0] in "f@":
            said.add(word)
        else:
            said.add((service, over, word))
    return frozenset(said)


def periods(name, history):
    """Returns the periods of one model from what each snapshot says of it."""
    runs = []
    for at, seen in enumerate(history):
        if seen is None:
            continue
        if runs and facts(runs[-1][2]) <= facts(seen[0]):
            runs[-1][1:] = [at, seen[0]]
        else:
            runs.append([at, at, seen[0]])
    out = []
    for number, (first, last, prices) in enumerate(runs):
        before, seen = SNAPSHOTS[runs[number - 1][0]][1], SNAPSHOTS[first][1]
        day = KNOWN_CHANGES.get(name, "")
        known = f"@{day}" if number and before < day <= seen else ""
        out.append(f"{first}-{last}{known} {prices}")
    return "\t".join(out)


def rows(tables):
    """Returns the lines of all models, those that are one under several dates joined."""
    groups = {}
    for name in sorted({name for table in tables for name in table}):
        history = [table.get(name) for table in tables]
        deprecated = [seen[1] for seen in history if seen][-1]
        group = (DATED.sub("", name), deprecated, periods(name, history))
        groups.setdefault(group, []).append(name)
    for (_, deprecated, prices), names in groups.items():
        name, *others = sorted(names, key=lambda name: (len(name), name))
        aliases = ",".join(other.split("/", 1)[1] for other in others) or "-"
        yield f"{name}\t{aliases}\t{deprecated}\t{prices}"


def main():
    here = Path(__file__).parent
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
    tables = [snapshot(wheel(version, folder)) for version, _ in SNAPSHOTS]
    lines = ["# Prices of models by day; made by make.py, which tells the form. See NOTICE."]
    for number, (version, day) in enumerate(SNAPSHOTS):
        lines.append(f"snapshot\t{number}\t{day}\tlitellm {version}")
    models = sorted(rows(tables))
    (here / "prices.tsv").write_text("\n".join(lines + models) + "\n")
    print(f"{len(models)} models, {sum(map(len, models)):,} bytes")


if __name__ == "__main__":
    main()
