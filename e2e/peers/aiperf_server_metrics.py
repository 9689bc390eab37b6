"""AIPerf reads exported server metrics: its models parse them, and its statistics over the pages of the run are those of the export."""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

from aiperf.common.enums import PrometheusMetricType
from aiperf.common.models.server_metrics_models import MetricSample, ServerMetricsExportData, TimeRangeFilter
from aiperf.server_metrics.export_stats import compute_stats
from aiperf.server_metrics.storage import HistogramTimeSeries, ScalarTimeSeries

exported, run = Path(sys.argv[1]), Path(sys.argv[2])
text = (exported / "server_metrics_export.json").read_text()
data = ServerMetricsExportData.model_validate_json(text)
plain = json.loads(text)
window = plain["summary"]["phase_time_ranges"]["profiling"]

# The pages again, from the lines of the run; instants are milliseconds since its origin.
began = datetime.fromisoformat(json.loads((run / "run.json").read_text())["startedAt"].replace("Z", "+00:00"))
origin = round(began.timestamp() * 1e3) * 1_000_000
names, pages, now = [], [], {}
for line in map(json.loads, (run / "server-metrics.jsonl").read_text().splitlines()):
    if line.get("source") != 0 or "problem" in line or "movedTo" in line:
        continue
    for number, value in zip(line.get("set", [])[::2], line.get("set", [])[1::2]):
        now[names[number]] = value
    for number in line.get("gone", []):
        now.pop(names[number], None)
    for name, value in line.get("new", []):
        names.append(name)
        now[name] = value
    pages.append((origin + round(line["atMs"] * 1e6), dict(now)))


def key_of(name, labels):
    shown = ",".join(f'{label}="{labels[label]}"' for label in sorted(labels))
    return f"{name}{{{shown}}}" if shown else name


def theirs_of(kind, name, labels):
    """Their statistics of a series; none of one that came later than the first page, since they lose what it had counted by then."""
    if kind == "histogram":
        series = HistogramTimeSeries()
        bounds = [
            re.search(r'le="([^"]*)"', key)[1]
            for key in names
            if key.startswith(f"{name}_bucket{{") and all(f'{label}="{value}"' in key for label, value in labels.items())
        ]
        parts = {le: key_of(f"{name}_bucket", {**labels, "le": le}) for le in bounds}
        own = [key_of(f"{name}_sum", labels), key_of(f"{name}_count", labels), *parts.values()]
        if not all(key in pages[0][1] for key in own):
            return None
        for at, page in pages:
            buckets = {le: page[key] for le, key in parts.items()}
            series.append(at, MetricSample(buckets=buckets, sum=page[own[0]], count=page[own[1]]))
    else:
        key = key_of(f"{name}_total" if kind == "counter" else name, labels)
        if key not in pages[0][1]:
            return None
        series = ScalarTimeSeries()
        for at, page in pages:
            if isinstance(page.get(key), (int, float)):
                series.append(at, MetricSample(value=page[key]))
    found = compute_stats(
        PrometheusMetricType(kind), series, TimeRangeFilter(**window), labels=labels, slice_duration=1.0
    )
    return found and found.model_dump(exclude_none=True)


compared, worst, differing = 0, 0.0, []
for name, metric in plain["metrics"].items():
    for series in metric["series"]:
        theirs = theirs_of(metric["type"], name, series.get("labels", {}))
        if theirs is None:
            continue
        ours = [series["stats"], *series.get("timeslices", [])]
        for mine, other in zip(ours, [theirs["stats"], *theirs.get("timeslices", [])], strict=True):
            for key, value in mine.items():
                difference = abs(value - other[key]) / max(abs(value), 1e-9)
                compared += 1
                worst = max(worst, difference)
                if difference > 1e-9:
                    differing.append(f"{name} {key}: {value} and {other[key]}")

print(
    json.dumps(
        {
            "metrics": len(data.metrics),
            "compared": compared,
            "worst": worst,
            "differing": differing[:10],
            "types": sorted({metric["type"] for metric in plain["metrics"].values()}),
        }
    )
)
