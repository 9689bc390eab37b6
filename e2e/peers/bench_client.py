"""Runs the benchmark client of a serving engine, its files as they are, where the engine itself is not installed.

    python bench_client.py vllm|sglang FOLDER ARGUMENTS...

FOLDER has the package. Of packages whose `__init__` loads the engine, the modules are there without it; what the client imports and never
calls is a placeholder that knows nothing.
"""

import importlib.abc
import importlib.machinery
import os
import runpy
import sys
import types
from unittest.mock import MagicMock

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers

package, folder, *arguments = sys.argv[1:]
bare, placeholders = {
    "vllm": (
        ["vllm"],
        ["torch", "vllm.distributed", "vllm.inputs", "vllm.lora", "vllm.multimodal", "vllm.transformers_utils.config"],
    ),
    "sglang": (["sglang", "sglang.srt.utils"], ["datasets", "sglang.srt.disaggregation", "torch"]),
}[package]


class Placeholder(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock(name=name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name in bare:
            spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
            spec.submodule_search_locations.append(os.path.join(folder, *name.split(".")))
            return spec
        if any(name == each or name.startswith(f"{each}.") for each in placeholders):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return None if spec.name in bare else Placeholder(spec.name)

    def exec_module(self, module):
        pass


# It remembers that there is no torch, before there is a placeholder for it.
transformers.utils.is_torch_available()
sys.path.insert(0, folder)
sys.meta_path.insert(0, Finder())

if package == "sglang":
    sys.argv = ["sglang.benchmark.serving", *arguments]
    runpy.run_module(sys.argv[0], run_name="__main__")
else:
    # What `vllm bench serve` does, whose parent command loads the engine.
    from vllm.benchmarks.serve import add_cli_args, main
    from vllm.utils.argparse_utils import FlexibleArgumentParser

    parser = FlexibleArgumentParser()
    add_cli_args(parser)
    main(parser.parse_args(arguments))
