"""Replays trace files on Dynamo's simulated engine, and prints what it took them for as JSON.

    python dynamo_load.py FORMAT BLOCK_SIZE PATH
"""

import json
import sys

from dynamo._core import run_mocker_trace_replay

trace_format, block_size, path = sys.argv[1:]
# Nothing is evicted, and no step takes long.
engine = {"backend": "vllm", "num_gpu_blocks": 200_000, "block_size": int(block_size), "speedup_ratio": 1000.0}
result = run_mocker_trace_replay(
    [path],
    extra_engine_args={"engine": engine},
    trace_format=trace_format,
    trace_block_size=int(block_size),
    execution_model=None if trace_format == "mooncake" else "any",
    capture_per_request=True,
)
requests = result.per_request
print(
    json.dumps(
        {
            "requests": len(requests),
            "sessions": len({(each.get("play_id"), each["session_id"]) for each in requests}),
            "inputTokens": sum(each["input_length"] for each in requests),
            "outputTokens": sum(each["requested_output_length"] for each in requests),
            "reusedShare": round(result.summary["prefix_cache_reused_ratio"], 9),
        }
    )
)
