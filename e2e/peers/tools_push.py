"""Tells of tools as a harness of Dynamo does: pushes messages of three frames from two sockets, one of them with heartbeats.

    python tools_push.py ADDRESS
"""

import json
import struct
import sys

import msgpack
import zmq

context = zmq.Context()
counts = {}
for name, heartbeat_ms in (("one", 0), ("two", 50)):
    socket = context.socket(zmq.PUSH)
    socket.setsockopt(zmq.HEARTBEAT_IVL, heartbeat_ms)
    socket.setsockopt(zmq.LINGER, 20_000)
    socket.connect(sys.argv[1])
    for seq in range(50):
        record = {
            "schema": "dynamo.request.trace.v1",
            "event_type": "tool_end",
            "event_time_unix_ms": 1_764_361_000_000 + seq,
            "event_source": "harness",
            "agent_context": {"session_id": name},
            "tool": {"tool_call_id": f"c{seq}", "tool_class": "ls", "duration_ms": 12.5, "status": "succeeded"},
        }
        socket.send_multipart([b"agent-tool-events", struct.pack(">Q", seq), msgpack.packb(record)])
    # Those that Dynamo drops too: another topic, no map, a frame too few; and one that is longer than a short frame.
    socket.send_multipart([b"other", struct.pack(">Q", 50), msgpack.packb(record)])
    socket.send_multipart([b"agent-tool-events", struct.pack(">Q", 51), b"\xc1"])
    socket.send_multipart([b"agent-tool-events", msgpack.packb(record)])
    record["tool"]["result"] = "canary " * 10_000
    socket.send_multipart([b"agent-tool-events", struct.pack(">Q", 52), msgpack.packb(record)])
    socket.close()
    counts[name] = 51
context.term()
print(json.dumps({"libzmq": zmq.zmq_version(), **counts}))
