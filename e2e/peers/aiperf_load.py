"""Loads trace files with AIPerf's own loaders, and prints what they found as JSON.

    python aiperf_load.py weka|mooncake PATH
"""

import json
import sys
from types import SimpleNamespace

trace_format, path = sys.argv[1:]
if trace_format == "weka":
    from aiperf.dataset.loader.weka_trace import WekaTraceLoader

    sessions = []
    for [trace] in WekaTraceLoader(filename=path).load_dataset().values():
        sessions.append([each for each in trace.requests if each.type != "subagent"])
        sessions.extend(each.requests for each in trace.requests if each.type == "subagent")
else:
    from aiperf.dataset.loader.mooncake_trace import MooncakeTraceDatasetLoader

    # Loading asks the maker of prompts for nothing but these.
    numbers = SimpleNamespace(set_trace_id=lambda *_: None)
    prompts = SimpleNamespace(tokenizer=SimpleNamespace(resolved_name="any"), _cache={}, _hash_id_corpus_rng=numbers)
    sessions = list(MooncakeTraceDatasetLoader(filename=path, prompt_generator=prompts).load_dataset().values())

requests = [each for session in sessions for each in session]
print(
    json.dumps(
        {
            "requests": len(requests),
            "sessions": len(sessions),
            "inputTokens": sum(each.input_length for each in requests),
            "outputTokens": sum(each.output_length for each in requests),
        }
    )
)
