"""Runs SGLang's own scheduler over requests of a plan, in virtual time, and writes what each step computes.

    python sglang_scheduler.py FOLDER CASES OUT

FOLDER has the package. CASES is a JSON file, a list of {name, cfg, plan}: `cfg` as a step log has it but for what follows from it, `plan` closed lanes of
turns. OUT gets a step log for each, NAME.jsonl. The last line printed is a JSON object of what each did.

The event loops, the scheduler, its policy, `PrefillAdder`, requests, batches, retraction, the radix tree, the allocators and what takes results in are
SGLang's; so is its check of the pools whenever it is idle. Made here: how long a step takes and the clock, which tokens come out, and how requests arrive.
All instants are whole microseconds.
"""

import heapq
import json
import os
import sys
from array import array
from types import SimpleNamespace

import sglang_parts
from placeholders import Nothing

folder, cases_path, out = sys.argv[1:]
sglang_parts.put_on_path(folder)

import torch
from sglang.srt import runtime_context
from sglang.srt.disaggregation.utils import DisaggregationMode
from sglang.srt.managers.io_struct import AbortReq, TokenizedGenerateReqInput
from sglang.srt.managers.scheduler import Scheduler
from sglang.srt.managers.utils import GenerationBatchResult
from sglang.srt.mem_cache.allocator.paged import PagedTokenToKVPoolAllocator
from sglang.srt.mem_cache.allocator.token import TokenToKVPoolAllocator
from sglang.srt.mem_cache.cache_init_params import CacheInitParams
from sglang.srt.mem_cache.memory_pool import ReqToTokenPool
from sglang.srt.mem_cache.registry import TreeCacheBuildContext, create_tree_cache
from sglang.srt.sampling.sampling_params import SamplingParams
from sglang.srt.server_args import ServerArgs
from sglang.srt.speculative.spec_info import SpeculativeAlgorithm

END = 2  # the token that ends a text


def configure(cfg):
    """The configuration that SGLang's parts ask the process for."""
    context = runtime_context.get_context()
    context.set_server_args(ServerArgs(model_path="none", device="cpu"))
    context.override(
        "case",
        page_size=cfg["page_size"],
        chunked_prefill_size=cfg["chunked_prefill_size"],
        max_prefill_tokens=cfg["max_prefill_tokens"],
        prefill_max_requests=cfg["prefill_max_requests"],
        schedule_policy=cfg["schedule_policy"],
        schedule_conservativeness=cfg["conservativeness"],
        disable_overlap_schedule=not cfg["overlap"],
        enable_mixed_chunk=cfg["mixed_chunk"],
        disable_radix_cache=not cfg["radix"],
        radix_eviction_policy=cfg["eviction"],
        attention_backend="torch_native",
    )
    ranks = ["tp", "pp", "attn_tp", "attn_cp", "attn_dp", "moe_dp", "moe_ep", "moe_tp"]
    runtime_context.get_parallel().override_permanently(
        dp_rank=None,
        pp_max_micro_batch_size=cfg["max_running_requests"],
        **{f"{rank}_rank": 0 for rank in ranks},
    )
    context.config_bag("device")._set("gpu_id", 0)


class Reporter(Nothing):
    enable_metrics = False
    forward_ct_decode = 0
    num_generated_tokens = 0


class VirtualScheduler(Scheduler):
    """SGLang's scheduler without what `Scheduler.__init__` starts: processes, sockets, a model."""

    def __init__(self, case, write):
        self.cfg, self.plan, self.write = case["cfg"], case["plan"], write
        configure(self.cfg)
        self.set_plain_settings()
        self.make_memory()
        self.init_running_status()
        self.init_chunked_prefill()
        self.init_schedule_policy()
        self.init_diffusion_llm()
        self.init_kv_event_lora_names()
        self.init_pool_stats_observer()
        self.init_invariant_checker()
        self.init_load_inquirer()
        self.init_batch_result_processor()
        self.watch_evictions()
        self.now = 0
        self.forward_end = 0  # when the step before has been computed
        self.steps = 0
        self.idle_rounds = 0
        self.retracted = []  # for the step that is being scheduled
        self.known = {}  # by id, the lane and what is asked for
        self.ends = {}  # by the turn that has to end, the next one's id
        self.due = []  # (instant, lane, whether it is an abort, id)
        self.gone = set()
        self.seen, self.back = set(), set()
        self.made = {}  # by id, tokens of output that were computed
        self.plan_lanes()

    def set_plain_settings(self):
        cfg, schedule = self.cfg, runtime_context.get_schedule()
        self.server_args = runtime_context.get_server_args()
        self.schedule_policy = schedule.schedule_policy
        self.enable_priority_scheduling = schedule.enable_priority_scheduling
        self.schedule_low_priority_values_first = schedule.schedule_low_priority_values_first
        self.priority_scheduling_preemption_threshold = schedule.priority_scheduling_preemption_threshold
        self.page_size = cfg["page_size"]
        self.enable_overlap = cfg["overlap"]
        self.max_total_num_tokens = cfg["kv_tokens"]
        self.max_prefill_tokens = cfg["max_prefill_tokens"]
        self.max_running_requests = cfg["max_running_requests"]
        self.max_req_len, self.max_req_input_len = cfg["max_req_len"], cfg["max_req_input_len"]
        self.spec_algorithm = SpeculativeAlgorithm.from_string(None)
        self.disaggregation_mode = DisaggregationMode.NULL
        self.is_generation = True
        self.device = "cpu"
        self.processed_tokens_counter = 0
        self.model_config = SimpleNamespace(
            context_len=cfg["max_req_len"] + 1,
            hf_config=None,
            hf_eos_token_id={END},
            is_encoder_decoder=False,
            is_generation=True,
            is_multimodal=False,
            self_opened_think_start_ids=None,
            think_end_ids=None,
            vocab_size=10_000,
        )
        for name in [
            *["abort_on_priority_when_disabled", "attn_dp_enabled", "enable_decode_hicache", "enable_fpm"],
            *["enable_hicache_storage", "enable_hierarchical_cache", "enable_hisparse", "enable_lmcache", "enable_lora"],
            *["enable_lora_overlap_loading", "enable_overlap_mlx", "enable_pdmux", "enable_session_radix_cache"],
            *["enable_unified_cache_external_linker", "enable_unified_memory", "is_hybrid_ssm", "is_hybrid_swa"],
            "require_mlp_sync",
        ]:
            setattr(self, name, False)
        for name in [
            *["decode_offload_manager", "dllm_config", "draft_worker", "dynamic_chunk_sizer", "external_corpus_manager"],
            *["full_tokens_per_layer", "hisparse_coordinator", "idle_sleeper", "load_snapshot_writer", "lora_drainer"],
            *["lora_overlap_loader", "max_new_tokens_limit", "max_queued_requests", "metrics_collector"],
            *["min_free_slots_delayer", "mm_receiver", "rust_server", "scripted_scheduler_hook", "sliding_window_size"],
            *["swa_tokens_per_layer", "tokenizer", "truncation_align_size"],
        ]:
            setattr(self, name, None)
        for name in ["future_map", "ipc_channels", "kv_events_publisher", "load_publisher", "scheduler_stage_metrics"]:
            setattr(self, name, Nothing())
        runner = SimpleNamespace(attn_backend=SimpleNamespace(), prefill_aware_swa=False)
        self.tp_worker = self.model_worker = SimpleNamespace(model_runner=runner)
        self.metrics_reporter = Reporter()
        self.grammar_manager = SimpleNamespace(
            abort_requests=lambda _: None,
            grammar_queue=[],
            has_waiting_grammars=lambda: False,
            process_req_with_grammar=lambda _: False,
        )
        self.dp_attn_adapter = SimpleNamespace(
            drop_sync_wait_carry=lambda: None,
            maybe_convert_decode_to_extend=lambda batch: batch,
            maybe_prepare_mlp_sync_batch=lambda batch, need_sync=None: batch,
        )
        self.ngram_embedding_manager = SimpleNamespace(prepare_for_forward=lambda batch, chunked_req=None: batch)
        self.output_streamer = SimpleNamespace(stream_output=self.take_output)
        self.request_receiver = SimpleNamespace(recv_requests=self.receive)

    def make_memory(self):
        tokens, page, rows = self.max_total_num_tokens, self.page_size, self.max_running_requests
        self.req_to_token_pool = ReqToTokenPool(rows, self.max_req_len + 8 + page, "cpu", False)
        pool = [torch.int32, "cpu", Nothing(), False]
        self.token_to_kv_pool_allocator = (
            TokenToKVPoolAllocator(tokens, *pool) if page == 1 else PagedTokenToKVPoolAllocator(tokens, page, *pool)
        )
        self.disable_radix_cache = not self.cfg["radix"]
        params = CacheInitParams(
            disable=self.disable_radix_cache,
            req_to_token_pool=self.req_to_token_pool,
            token_to_kv_pool_allocator=self.token_to_kv_pool_allocator,
            page_size=page,
            eviction_policy=self.cfg["eviction"],
            chunked_prefill_size=self.cfg["chunked_prefill_size"],
            # The tree in Python, which is the same as that in Rust.
            tree_core_backend="python",
        )
        self.tree_cache = create_tree_cache(
            TreeCacheBuildContext(
                server_args=self.server_args,
                params=params,
                is_hybrid_swa=False,
                is_hybrid_ssm=False,
                enable_hierarchical_cache=False,
                disable_radix_cache=self.disable_radix_cache,
                tp_worker=self.tp_worker,
                model_config=self.model_config,
                tp_size=1,
                tp_rank=0,
                tp_group=None,
            )
        )

    def watch_evictions(self):
        evict = self.tree_cache._evict
        self.evicted = 0  # for the step that is being scheduled

        def told(*given, **named):
            result = evict(*given, **named)
            self.evicted += result.num_tokens_evicted
            return result

        self.tree_cache._evict = told

    def _add_request_to_queue(self, req, is_retracted=False):
        if is_retracted:
            self.retracted.append([req.rid, len(req.output_ids)])
        super()._add_request_to_queue(req, is_retracted)

    # What Scheduler's loops do beside scheduling.

    def _request_dispatcher(self, request):
        take = self.abort_request if isinstance(request, AbortReq) else self.handle_generate_request
        return take(request)

    def _poll_timeout_aborts(self):
        return []

    def _apply_war_barrier(self):
        pass

    def launch_batch_sample_if_needed(self, *_):
        pass

    def on_idle(self):
        self.idle_rounds += 1
        super().on_idle()

    # Requests.

    def plan_lanes(self):
        sessions = {each["id"]: each for each in self.plan["sessions"]}
        for lane, ids in enumerate(self.plan["lanes"]):
            before = None
            for session in ids:
                for at, turn in enumerate(sessions[session]["turns"]):
                    name = f"{session}.{at}"
                    self.known[name] = lane, turn
                    if before is None:
                        self.send(name, round(turn["delay"] * 1e6))
                    else:
                        self.ends[before] = name
                    before = name

    def send(self, name, at):
        lane, turn = self.known[name]
        heapq.heappush(self.due, (at, lane, False, name))
        if "abort" in turn:
            heapq.heappush(self.due, (at + round(turn["abort"] * 1e6), lane, True, name))

    def over(self, name):
        if name in self.gone:
            return
        self.gone.add(name)
        following = self.ends.get(name)
        if following is not None:
            self.send(following, self.now + round(self.known[following][1]["delay"] * 1e6))

    def take_output(self, reqs, *_, **__):
        for req in reqs:
            if req.finished():
                self.over(req.rid)

    def send_abort_output(self, _, req):
        self.over(req.rid)

    def receive(self, local_reqs=None):
        """What has come by now. An engine that was idle for a round sleeps until something comes."""
        self.evicted = 0  # A round that scheduled nothing is told of by nobody.
        if self.idle_rounds > 0 and self.is_fully_idle():
            if not self.due:
                self.gracefully_exit = True
                return []
            if self.due[0][0] > self.now:
                self.write({"idle": self.now})
                self.now = self.due[0][0]
        elif self.idle_rounds > 3:
            raise RuntimeError(f"requests wait at {self.now} and nothing runs")
        came = []
        while self.due and self.due[0][0] <= self.now:
            at, _, is_abort, name = heapq.heappop(self.due)
            if not is_abort:
                self.write({"add": name, "due": at, "t": self.now})
                came.append(self.request(name))
            elif name not in self.gone:
                self.write({"abort": name, "due": at, "t": self.now})
                came.append(AbortReq(rid=name))
        return came

    def request(self, name):
        _, turn = self.known[name]
        params = SamplingParams(max_new_tokens=turn["max"], ignore_eos=turn["ie"])
        params.normalize(None)
        ids = [token(start, at) for start, count in turn["segs"] for at in range(1, count + 1)]
        return TokenizedGenerateReqInput(
            rid=name,
            input_text=None,
            input_ids=array("q", ids),
            input_embeds=None,
            mm_inputs=None,
            token_type_ids=None,
            sampling_params=params,
            return_logprob=False,
            logprob_start_len=-1,
            top_logprobs_num=0,
            token_ids_logprob=None,
            stream=False,
            priority=turn.get("priority"),
        )

    # Steps.

    def run(self):
        if self.enable_overlap:
            self.event_loop_overlap()
        else:
            self.event_loop_normal()

    def run_batch(self, batch, pp_proxy_tensors=None):
        self.idle_rounds = 0
        self.forward_ct += 1
        batch.forward_iter, batch.launch_ts = self.forward_ct, 0
        is_extend = batch.forward_mode.is_extend()
        decoding = set(batch.reqs if not is_extend else batch.decoding_reqs or ())
        run, tokens, context = [], 0, int(batch.seq_lens_cpu.sum())
        if is_extend:
            for req, before, count in zip(batch.reqs, batch.prefix_lens, batch.extend_lens):
                run.append([req.rid, count, before, 0 if req in decoding else self.flags_of(req, batch)])
                tokens += count
        else:
            run = [req.rid for req in batch.reqs]
        self.tell(is_extend, run, tokens, context)
        ids = [self.sample(req, req in decoding) for req in batch.reqs]
        batch.input_ids = None
        result = GenerationBatchResult(next_token_ids=torch.tensor(ids, dtype=torch.int64))
        result.end = self.forward_end
        return result

    def flags_of(self, req, batch):
        """First admission, not the last chunk, back after a retraction."""
        flags = (req.rid not in self.seen) + 2 * (req is batch.chunked_req) + 4 * (req.rid in self.back)
        self.seen.add(req.rid)
        self.back.discard(req.rid)
        return flags

    def tell(self, is_extend, run, tokens, context):
        a, b, c, d = (self.cfg["step_time"][name] for name in "abcd")
        duration = a + b * tokens + c * len(run) + context // d
        begin = max(self.now, self.forward_end) if self.enable_overlap else self.now
        self.forward_end = begin + duration
        line = {"s": self.steps, "t": self.now, "k": "E" if is_extend else "D", "run": run}
        line |= {"R": len(self.running_batch.reqs), "W": len(self.waiting_queue)}
        line |= {"av": self.token_to_kv_pool_allocator.available_size(), "ev": self.tree_cache.evictable_size()}
        line |= {"ratio": round(self.new_token_ratio_tracker.current, 6), "dt": duration}
        if self.enable_overlap:
            line["t0"] = begin
        if self.evicted:
            line["x"] = self.evicted
        if self.retracted:
            line["ret"] = self.retracted
        self.write(line)
        self.steps += 1
        self.back.update(name for name, _ in self.retracted)
        self.evicted, self.retracted = 0, []

    def sample(self, req, decodes):
        """The next token of the plan's output; the last one ends the text where more were allowed than the plan has."""
        _, turn = self.known[req.rid]
        # Whoever lost what it had goes on behind what was taken in.
        at = self.made[req.rid] if decodes else len(req.output_ids)
        self.made[req.rid] = at + 1
        ends_early = not turn["ie"] and turn["max"] > turn["out"]
        return END if ends_early and at == turn["out"] - 1 else token(turn["outx"], at + 1)

    def process_batch_result(self, batch, result):
        self.now = max(self.now, result.end)
        super().process_batch_result(batch, result)


def token(start, at):
    x = (start + at) & 0xFFFFFFFF
    for _ in range(2):
        x = ((x ^ (x >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    return 256 + (x ^ (x >> 16)) % 4096


def main():
    with open(cases_path) as file:
        cases = json.load(file)
    told = {}
    for case in cases:
        with open(os.path.join(out, f"{case['name']}.jsonl"), "w") as file:

            def write(value):
                file.write(json.dumps(value, separators=(",", ":")) + "\n")

            scheduler = VirtualScheduler(case, write)
            ratio = scheduler.new_token_ratio_tracker
            follows = {"init_new_token_ratio": ratio.init, "min_new_token_ratio": ratio.min, "ratio_decay": ratio.decay}
            write({"cfg": case["cfg"] | {"available_at_start": case["cfg"]["kv_tokens"]} | follows})
            scheduler.run()
        told[case["name"]] = {"steps": scheduler.steps, "requests": len(scheduler.gone)}
    print(json.dumps(told))


main()
