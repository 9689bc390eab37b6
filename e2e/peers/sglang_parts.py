"""SGLang's scheduler, the files of its source as they are, where neither what it computes with nor PyTorch is installed.

Its scheduler, policies, batches, requests, caches, allocators and what they read of configuration are there; models, kernels, servers and tools are placeholders.
"""

import logging

import placeholders
import small_torch

absent = [
    *["IPython", "PIL", "aiohttp", "dill", "fastapi", "huggingface_hub", "opentelemetry", "pybase64", "requests"],
    *["setproctitle", "sgl_kernel", "starlette", "torch", "torchvision", "tqdm", "transformers", "triton", "tvm_ffi"],
    "sglang.kernels",
    *[
        f"sglang.srt.{name}"
        for name in [
            *["batch_overlap", "checkpoint_engine", "compilation", "configs", "connector", "constrained"],
            *["debug_utils", "disaggregation", "distributed", "dllm", "elastic_ep", "eplb", "function_call"],
            *["hardware_backend", "layers", "lora.lora_drainer", "lora.lora_manager", "lora.lora_overlap_loader"],
            *["model_executor", "model_loader", "models", "multimodal", "multiplex", "parser", "plugins", "ray"],
            *["rust_server", "speculative", "state_capturer", "utils.hf_transformers_patches"],
            *["utils.hf_transformers_utils", "weight_sync"],
        ]
    ],
]
# Of those, what the scheduler decides with.
real = {
    f"sglang.srt.{name}"
    for name in [
        *["disaggregation.utils", "dllm.config", "dllm.mixin.req", "dllm.mixin.scheduler"],
        *["model_executor.forward_batch_info", "speculative.spec_info", "speculative.spec_registry"],
    ]
}


def put_on_path(folder):
    """Makes `import sglang...` find the files below the folder. Before anything of SGLang is imported."""
    small_torch.install()
    placeholders.put_on_path(folder, bare=["sglang", "sglang.srt.lora"], placeholders=absent, real=real)
    logging.disable(logging.CRITICAL)
