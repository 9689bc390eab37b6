"""Prometheus' own parser reads a file of OpenMetrics."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

with open(sys.argv[1]) as file:
    families = list(text_string_to_metric_families(file.read()))
samples = {sample.name: sample.value for family in families for sample in family.samples}
print(json.dumps({"families": len(families), "ttftCount": samples["reprise_ttft_seconds_count"]}))
