"""AIPerf reads an exported profile: its models parse every line, its formulas give every metric again, its statistics those of the summary."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from aiperf.common.models.export_models import JsonExportData
from aiperf.common.models.record_models import MetricRecordInfo
from aiperf.metrics.metric_dicts import MetricRecordDict, metric_result_from_array
from aiperf.metrics.types.decode_duration_metric import DecodeDurationMetric
from aiperf.metrics.types.e2e_output_throughput_metric import E2EOutputTokenThroughputMetric
from aiperf.metrics.types.inter_token_latency_metric import InterTokenLatencyMetric
from aiperf.metrics.types.output_token_throughput_metrics import OutputTokenThroughputPerUserMetric
from aiperf.metrics.types.prefill_throughput_per_user import PrefillThroughputPerUserMetric

folder = Path(sys.argv[1])
lines = (folder / "profile_export.jsonl").read_text().splitlines()
records = [MetricRecordInfo.model_validate_json(line) for line in lines]
summary = json.loads((folder / "profile_export_aiperf.json").read_text())
JsonExportData.model_validate({key: value for key, value in summary.items() if key != "input_config"})

profiled = [r for r in records if r.error is None and r.metadata.benchmark_phase == "profiling"]
FORMULAS = [
    (DecodeDurationMetric, 1e-6),
    (InterTokenLatencyMetric, 1e-6),
    (OutputTokenThroughputPerUserMetric, 1),
    (E2EOutputTokenThroughputMetric, 1),
    (PrefillThroughputPerUserMetric, 1),
]


def value_of(record, tag):
    metric = record.metrics.get(tag)
    return None if metric is None else metric.value


# Theirs are nanoseconds inside, and shown in milliseconds.
BASES = {"input_sequence_length": 1, "output_sequence_length": 1, "time_to_first_token": 1e6, "request_latency": 1e6}
worst = {}
for record in profiled:
    given = {tag: value_of(record, tag) for tag in BASES}
    known = MetricRecordDict({tag: value * BASES[tag] for tag, value in given.items() if value is not None})
    for formula, scale in FORMULAS:
        try:
            theirs = formula()._parse_record(SimpleNamespace(token_counts=None), known)
        except Exception:
            theirs = None
        ours = value_of(record, formula.tag)
        if theirs is not None:
            known[formula.tag] = theirs
        if theirs is None or ours is None:
            difference = 0 if theirs is None and ours is None else 1
        else:
            difference = abs(theirs * scale - ours) / max(abs(ours), 1e-12)
        worst[formula.tag] = max(worst.get(formula.tag, 0), difference)

stats = {}
for tag in sorted({tag for record in profiled for tag in record.metrics}):
    values = [value for record in profiled if (value := value_of(record, tag)) is not None]
    flat = np.array([each for value in values for each in (value if isinstance(value, list) else [value])], dtype=np.float64)
    result = metric_result_from_array(tag, tag, "", flat, float(flat.sum())).model_dump()
    stats[tag] = {key: value for key, value in result.items() if isinstance(value, (int, float))}

starts = [record.metadata.request_start_ns for record in profiled]
ends = [record.metadata.request_end_ns for record in profiled]
print(
    json.dumps(
        {
            "lines": len(records),
            "profiled": len(profiled),
            "worst": worst,
            "stats": stats,
            "duration": (max(ends) - min(starts)) / 1e9,
            "depths": sorted({record.metadata.agent_depth for record in records}),
        }
    )
)
