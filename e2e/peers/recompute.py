"""The figures of a simulated run once more, from its records and its plan alone, by somebody who has not read our code: the glossary is the source."""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path

folder = Path(sys.argv[1])
slo = json.loads(sys.argv[2])
records = [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]
plan = json.loads((folder / "plan.json").read_text())
phases = [json.loads(line) for line in (folder / "phases.jsonl").read_text().splitlines()]
start = next(p["startMs"] for p in phases if p["phase"] == "profiling")
end = start + plan["load"]["until"]["durationMs"]
profiling = [r for r in records if r["phase"] == "profiling"]
ok = [r for r in profiling if r["outcome"]["kind"] == "ok"]
cancelled = [r for r in profiling if r["outcome"]["kind"] == "cancelled" and "sentMs" in r]
out = {}


def quantile(values, p):
    rank = (len(values) - 1) * p
    low = math.floor(rank)
    return values[low] if low + 1 >= len(values) else values[low] + (values[low + 1] - values[low]) * (rank - low)


def tell(name, values):
    values = sorted(values)
    mean = math.fsum(values) / len(values)
    out[f"metrics.{name}.n"] = len(values)
    out[f"metrics.{name}.mean"] = mean
    out[f"metrics.{name}.std"] = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
    for p in (50, 75, 90, 95, 99):
        out[f"metrics.{name}.p{p}"] = quantile(values, p / 100)


def tpot(r):
    steps = r["outputTokens"] - r["tokensInFirstChunk"]
    return (r["lastTokenMs"] - r["firstTokenMs"]) / steps if steps >= 1 else None


assert not cancelled, "the run was to end without a request under way"
values = {
    "ttft": [r["firstTokenMs"] - r["sentMs"] for r in ok],
    "ttfat": [r["firstAnswerMs"] - r["sentMs"] for r in ok],
    "e2e": [r["lastTokenMs"] - r["sentMs"] for r in ok],
    "co_ttft": [r["firstTokenMs"] - r["dueMs"] for r in ok],
    "co_e2e": [r["lastTokenMs"] - r["dueMs"] for r in ok],
    "tpot": [v for r in ok if (v := tpot(r)) is not None],
    "e2e_per_token": [(r["lastTokenMs"] - r["sentMs"]) / r["outputTokens"] for r in ok],
    "longest_chunk_gap": [max(r["chunkGapsMs"]) for r in ok if r.get("chunkGapsMs")],
    "chunk_gap": [gap for r in ok for gap in r.get("chunkGapsMs", [])],
    "dispatch_delay": [r["sentMs"] - r["dueMs"] for r in profiling if "sentMs" in r],
}
for name, list_of in values.items():
    tell(name, list_of)
for name, of in (("interactivity", "tpot"), ("e2e_interactivity", "e2e_per_token")):
    for p in ("mean", "p50", "p90", "p99"):
        out[f"metrics.{name}.{p}"] = 1000 / out[f"metrics.{of}.{p}"]

seconds = (end - start) / 1000
inside = [r for r in ok if start < r["firstTokenMs"] <= end]
out["throughput.input"] = sum(r["inputTokens"] for r in inside) / seconds
out["throughput.freshInput"] = sum(r["inputTokens"] - r["cachedTokens"] for r in inside) / seconds
out["throughput.requestsPerS"] = sum(start < r["lastTokenMs"] <= end for r in ok) / seconds
out["cacheHit.measured"] = sum(r["cachedTokens"] for r in ok) / sum(r["inputTokens"] for r in ok)
out["cacheHit.ideal"] = sum(r["idealHitTokens"] for r in ok) / sum(r["plannedInputTokens"] for r in ok)

good = [r for r in ok if r["firstTokenMs"] - r["sentMs"] <= slo["ttft"] and r["lastTokenMs"] - r["sentMs"] <= slo["e2e"]]
out["goodput.good"] = len(good)
out["goodput.share"] = len(good) / len(profiling)
out["goodput.requestsPerS"] = sum(start < r["lastTokenMs"] <= end for r in good) / seconds

# Jobs: plays of which the root's first turn was sent in the window.
trees = {tree["traceId"]: tree["sessions"] for tree in plan["trees"]}
plays = defaultdict(list)
for r in profiling:
    plays[(r["lane"], r["play"])].append(r)
ended, unended, midway, busy, begun = [], [], 0, 0.0, 0
for (lane, play), own in plays.items():
    last = max(r["doneMs"] for r in own)
    if not any(r["id"].endswith(".0.0") for r in own):
        midway += (lane, play + 1) in plays and start < last <= end
        continue
    begun += 1
    first = min(r["dueMs"] for r in own)
    if len(own) == sum(len(s["turns"]) for s in trees[own[0]["trace"]]) and last <= end:
        ended.append(last - first)
        covered, until = 0.0, -math.inf
        for a, b in sorted((r["sentMs"], r["doneMs"]) for r in own):
            covered += max(0, b - max(a, until))
            until = max(until, b)
        busy += covered
    else:
        unended.append(end - first)
out["jobs.begun"] = begun
out["jobs.completed"] = len(ended)
out["jobs.foundMidway"] = midway
out["jobs.perHour"] = (len(ended) + midway) / (seconds / 3600)
out["jobs.busyShare"] = busy / sum(ended)
# Kaplan and Meier: at each end the share that lasts falls by those that end among those still at risk.
lasting, wanted = 1.0, [50, 75, 90]
for at in sorted(set(ended)):
    at_risk = sum(e >= at for e in ended) + sum(u >= at for u in unended)
    lasting *= 1 - ended.count(at) / at_risk
    while wanted and lasting <= 1 - wanted[0] / 100 + 1e-9:
        out[f"jobs.durationMs.p{wanted.pop(0)}"] = at

# Parts.
for key, bound in (("turn", 1), ("context", 1024)):
    parts = defaultdict(list)
    for r in profiling:
        value = r["turn"] if key == "turn" else r["plannedInputTokens"]
        parts[0 if value < bound else bound * 2 ** math.floor(math.log2(value / bound))].append(r)
    for place, part in enumerate(sorted(parts)):
        out[f"breakdown.{key}.{place}.from"] = part
        out[f"breakdown.{key}.{place}.requests"] = len(parts[part])
        out[f"breakdown.{key}.{place}.ttft.p90"] = quantile(sorted(r["firstTokenMs"] - r["sentMs"] for r in parts[part]), 0.9)


def depth_of(sessions, at):
    return 0 if "parent" not in sessions[at] else 1 + depth_of(sessions, sessions[at]["parent"])


depths = defaultdict(int)
for r in profiling:
    depths[depth_of(trees[r["trace"]], int(r["id"].split(".")[2]))] += 1
for place, depth in enumerate(sorted(depths)):
    out[f"breakdown.depth.{place}.requests"] = depths[depth]
print(json.dumps(out))
