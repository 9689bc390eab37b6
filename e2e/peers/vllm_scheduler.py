"""Runs vLLM's own V1 scheduler over requests of a plan, in virtual time, and writes what each step computes.

    python vllm_scheduler.py FOLDER CASES OUT

FOLDER has the package. CASES is a JSON file, a list of {name, cfg, plan, seed}: `cfg` as a step log has it, `plan` closed lanes of turns. OUT gets a step log
for each, NAME.jsonl. The last line printed is a JSON object of what each did.

The scheduler, the KV cache manager, the requests and what hashes their blocks are vLLM's. Made here: the loop around them, which is that of `EngineCore.step` and
`step_with_batch_queue`; how long a step takes; which tokens come out, none of which occurs twice; and how many drafts are accepted.
Instants are multiples of 2**-20 s, so that sums of them are exact.
"""

import json
import os
import random
import sys
from collections import deque
from types import SimpleNamespace

import vllm_parts

folder, cases_path, out = sys.argv[1:]
vllm_parts.put_on_path(folder)

from vllm.config.scheduler import SchedulerConfig
from vllm.sampling_params import SamplingParams
from vllm.utils.hashing import get_hash_fn_by_name
from vllm.v1.core.kv_cache_utils import get_request_block_hasher, init_none_hash
from vllm.v1.kv_cache_interface import FullAttentionSpec, KVCacheConfig, KVCacheGroupSpec
from vllm.v1.outputs import DraftTokenIds, ModelRunnerOutput
from vllm.v1.request import Request, RequestStatus

END = 0  # the token that ends a text
TICKS = 2**20

Speculative = vllm_parts.borrowed(
    os.path.join(folder, "vllm/config/speculative.py"),
    "SpeculativeConfig",
    [
        "max_num_new_slots_for_drafting",
        "needs_eagle_block_drop",
        "use_dflash",
        "use_dspark",
        "use_eagle",
        "use_eagle_block_drop",
        "use_multi_module_mtp",
        "uses_draft_model",
    ],
)
Vllm = vllm_parts.borrowed(
    os.path.join(folder, "vllm/config/vllm.py"),
    "VllmConfig",
    [
        "max_concurrent_batches",
        "max_in_flight_tokens",
        "num_hash_lookahead_tokens",
        "num_lookahead_tokens",
        "num_prefill_lookahead_tokens",
        "num_speculative_tokens",
        "uniform_decode_query_len",
    ],
)


def config_of(cfg):
    """The part of vLLM's configuration that its scheduler reads."""
    settings = {
        name: cfg[name]
        for name in [
            "max_num_batched_tokens",
            "max_num_scheduled_tokens",
            "max_num_seqs",
            "max_num_active_seqs",
            "long_prefill_token_threshold",
            "long_prefill_token_threshold_adaptive",
            "policy",
            "watermark",
            "prefill_schedule_interval",
            "async_scheduling",
        ]
        if name in cfg
    }
    for theirs, ours in [("scheduler_reserve_full_isl", "reserve_full_isl"), ("enable_chunked_prefill", "chunked")]:
        if ours in cfg:
            settings[theirs] = cfg[ours]
    config = Vllm()
    config.scheduler_config = SchedulerConfig(
        max_model_len=cfg["max_model_len"], is_encoder_decoder=False, **settings
    )
    config.cache_config = SimpleNamespace(
        enable_prefix_caching=cfg.get("enable_prefix_caching", True),
        num_gpu_blocks=cfg["num_blocks"],
        block_size=cfg["block_size"],
        mamba_cache_mode="none",
        enable_mamba_shared_prefix_checkpoint=False,
    )
    config.model_config = SimpleNamespace(
        uses_mrope=False,
        is_encoder_decoder=False,
        max_model_len=cfg["max_model_len"],
        runner_type="generate",
        is_diffusion=False,
        supports_multimodal_inputs=False,
        return_sampling_mask=False,
    )
    config.parallel_config = SimpleNamespace(
        data_parallel_size=1,
        data_parallel_index=0,
        pipeline_parallel_size=1,
        decode_context_parallel_size=1,
        prefill_context_parallel_size=1,
    )
    config.observability_config = SimpleNamespace(
        per_request_spec_decode_metrics="none",
        kv_cache_metrics=False,
        enable_mfu_metrics=False,
        enable_logging_iteration_details=False,
    )
    config.ec_manager_config = SimpleNamespace(get_encoder_cache_manager_obj=lambda: None)
    config.aux_output_config = SimpleNamespace(enabled=False)
    for name in ["lora_config", "kv_events_config", "kv_transfer_config", "ec_transfer_config", "diffusion_config"]:
        setattr(config, name, None)
    config.is_mm_encoder_only = False
    config.use_v2_model_runner = True
    config.speculative_config = speculative_of(cfg)
    return config


def speculative_of(cfg):
    if not cfg.get("num_speculative_tokens"):
        return None
    made = Speculative()
    made.method = cfg.get("speculative_method", "eagle3")
    made.num_speculative_tokens = cfg["num_speculative_tokens"]
    made.num_speculative_tokens_per_batch_size = None
    made.parallel_drafting = False
    made.draft_model_config = None
    made.disable_eagle_block_drop = False
    made.disable_lookahead_block_hashes = False
    return made


def token_ids(plan, turn):
    def word(block, at):
        x = (block * stride + at + 1) & 0xFFFFFFFF
        for _ in range(2):
            x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
        return (x ^ (x >> 16)) % 4096

    stride = plan["block_size"]
    ids = [word(block, at) for start, count in turn["blocks"] for block in range(start, start + count) for at in range(stride)]
    ids = ids[: turn["in"]]
    return [256 + each for each in ids + [word(turn["tail"], at) for at in range(turn["in"] - len(ids))]]


class Run:
    """One case from its first request to the end of its last."""

    def __init__(self, case, write):
        self.cfg, self.plan, self.write = case["cfg"], case["plan"], write
        self.dice = random.Random(case.get("seed", 0))
        self.config = config_of(self.cfg)
        self.overlaps = bool(self.cfg.get("async_scheduling"))
        spec = FullAttentionSpec(block_size=self.cfg["block_size"], num_kv_heads=1, head_size=1, dtype=None)
        kv = KVCacheConfig(self.cfg["num_blocks"], [], [KVCacheGroupSpec(["layer"], spec)])
        structured = SimpleNamespace(accept_tokens=lambda *_: True, validate_tokens=lambda _, tokens: tokens)
        kind = self.config.scheduler_config.get_scheduler_cls()
        self.scheduler = kind(self.config, kv, structured, self.cfg["block_size"])
        hash_fn = get_hash_fn_by_name("sha256")
        init_none_hash(hash_fn)
        self.hasher = get_request_block_hasher(self.cfg["block_size"], hash_fn, self.config.num_hash_lookahead_tokens)
        self.now = 0
        self.device_free = 0  # when the step before has been computed
        self.serial = 0
        self.next_token = 10_000
        self.known = {}  # by id, what is asked for
        self.prompts = {}
        self.due = []  # (instant, order, id)
        self.aborts = []
        self.ends = {}  # by the turn that has to end, the next one's id
        self.preempts = []
        self.steps = 0
        self.finished = {}
        self.watch_preemptions()
        self.plan_lanes()

    def watch_preemptions(self):
        preempt = self.scheduler._preempt_request

        def told(request, *rest, **named):
            pool = self.scheduler.kv_cache_manager.block_pool
            self.preempts.append(
                {
                    "preempt": request.request_id,
                    "computed": request.num_computed_tokens,
                    "out": request.num_output_tokens,
                    "free": pool.get_num_free_blocks(),
                    "t": self.now / TICKS,
                }
            )
            return preempt(request, *rest, **named)

        self.scheduler._preempt_request = told

    def plan_lanes(self):
        sessions = {each["id"]: each for each in self.plan["sessions"]}
        for lane in self.plan["lanes"]:
            before = None
            for session in lane:
                for at, turn in enumerate(sessions[session]["turns"]):
                    name = f"{session}.{at}"
                    self.known[name] = turn
                    if before is None:
                        self.send(name, round(turn["delay"] * TICKS))
                    else:
                        self.ends[before] = name
                    before = name

    def send(self, name, at):
        self.serial += 1
        self.due.append((at, self.serial, name))
        abort_after = self.known[name].get("abort")
        if abort_after is not None:
            self.aborts.append((at + round(abort_after * TICKS), name))

    def take_arrivals(self):
        for each in sorted(each for each in self.due if each[0] <= self.now):
            self.due.remove(each)
            at, serial, name = each
            turn = self.known[name]
            # More than there is room for may be asked for: the end of the context ends the text.
            limit = min(turn.get("max", turn["out"]), self.cfg["max_model_len"])
            params = SamplingParams(max_tokens=limit, stop_token_ids=[END])
            request = Request(
                request_id=name,
                prompt_token_ids=token_ids(self.plan, turn),
                sampling_params=params,
                pooling_params=None,
                arrival_time=at + serial * 2**-24,
                priority=turn.get("priority", 0),
                block_hasher=self.hasher,
            )
            self.scheduler.add_request(request)
            self.write({"add": name, "t": self.now / TICKS})

    def take_aborts(self):
        names = [name for at, name in self.aborts if at <= self.now]
        self.aborts = [each for each in self.aborts if each[0] > self.now]
        for name in names:
            if name not in self.scheduler.requests:
                continue
            self.write({"abort": name, "t": self.now / TICKS})
            self.scheduler.finish_requests([name], RequestStatus.FINISHED_ABORTED)
            self.over(name)

    def over(self, name):
        self.finished[name] = self.now
        following = self.ends.get(name)
        if following is not None:
            self.send(following, self.now + round(self.known[following]["delay"] * TICKS))

    def run(self):
        batches = deque()
        deepest = self.config.max_concurrent_batches
        while self.due or batches or self.scheduler.has_requests():
            if not batches and not self.scheduler.has_requests():
                self.now = max(self.now, min(self.due)[0])
            self.take_arrivals()
            if self.scheduler.has_requests():
                batches.append(self.schedule())
                executed = batches[-1].output.total_num_scheduled_tokens > 0
                if len(batches) < deepest and (executed or self.scheduler.has_requests()):
                    continue
            batch = batches.popleft()
            self.now = max(self.now, batch.end)
            self.commit(batch)

    def schedule(self):
        output = self.scheduler.schedule()
        for each in self.preempts:
            self.write(each)
        counts = output.num_scheduled_tokens
        batch = SimpleNamespace(output=output, end=self.now, line=None)
        if not counts:
            if self.preempts and self.overlaps:
                self.write({"idle": True, "t": self.now / TICKS})
            self.preempts = []
            return batch
        self.preempts = []
        run = []
        for name, tokens in counts.items():
            request = self.scheduler.requests[name]
            before = request.num_computed_tokens - tokens
            is_new = request.num_preemptions == 0 and name not in self.prompts
            if is_new:
                self.prompts[name] = before
            run.append([name, tokens, before, 1] if is_new else [name, tokens, before])
        running, waiting = self.scheduler.get_request_counts()
        free = self.scheduler.kv_cache_manager.block_pool.get_num_free_blocks()
        total = sum(counts.values())
        begin = max(self.now, self.device_free)
        batch.end = self.device_free = begin + 2_000 + 37 * len(counts) + 11 * total
        batch.line = {"s": self.steps, "t": self.now / TICKS, "run": run, "R": running, "W": waiting, "free": free}
        self.steps += 1
        # Whoever has all of its known tokens computed gets a token.
        batch.samples = {
            name
            for name in counts
            if not self.scheduler.requests[name].is_prefill_chunk
        }
        batch.at = self.now
        return batch

    def commit(self, batch):
        output = batch.output
        names = list(output.num_scheduled_tokens)
        accepted = {}
        tokens = []
        for name in names:
            request = self.scheduler.requests.get(name)
            drafts = len(output.scheduled_spec_decode_tokens.get(name, ()))
            if name not in batch.samples:
                tokens.append([])
                continue
            count = 1
            if drafts:
                accepted[name] = self.dice.randint(0, drafts)
                count += accepted[name]
            tokens.append(self.sample(request, name, count))
        if batch.line is not None:
            line = dict(batch.line, e=(self.now - batch.at) / TICKS)
            if self.config.speculative_config is not None:
                line["accepted"] = accepted
            self.write(line)
        # What was given up meanwhile is taken out before the step brings what it computed.
        self.take_aborts()
        result = ModelRunnerOutput(
            req_ids=names, req_id_to_index={name: at for at, name in enumerate(names)}, sampled_token_ids=tokens
        )
        before = set(self.scheduler.requests)
        self.scheduler.update_from_output(output, result)
        ended = before - set(self.scheduler.requests)
        for name in sorted(ended, key=lambda name: names.index(name)):
            self.over(name)
        if self.config.speculative_config is not None and not self.overlaps and names:
            count = self.config.num_speculative_tokens
            self.scheduler.update_draft_token_ids(DraftTokenIds(names, [[1] * count for _ in names]))

    def sample(self, request, name, count):
        """Tokens that no other sequence has; the last one ends the text where more were allowed than the plan has."""
        made = []
        for each in range(count):
            self.next_token += 1
            made.append(self.next_token)
            turn = self.known[name]
            if request is not None and turn.get("max", turn["out"]) > turn["out"]:
                if request.num_output_tokens + each + 1 == turn["out"]:
                    made[-1] = END
        return made


def main():
    with open(cases_path) as file:
        cases = json.load(file)
    told = {}
    for case in cases:
        path = os.path.join(out, f"{case['name']}.jsonl")
        with open(path, "w") as file:

            def write(value):
                file.write(json.dumps(value, separators=(",", ":")) + "\n")

            write({"cfg": case["cfg"]})
            run = Run(case, write)
            run.run()
        told[case["name"]] = {"steps": run.steps, "requests": len(run.finished)}
    print(json.dumps(told))


main()
