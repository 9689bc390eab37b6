"""vLLM's scheduler, the files of its source as they are, where neither it nor what it computes with is installed.

Packages whose `__init__` loads the engine are there without it; what the scheduler imports and never calls is a placeholder that knows nothing.
"""

import ast
import importlib.metadata

import placeholders

# Their modules are found, what else they have is a placeholder.
bare = ["vllm"] + [
    f"vllm.{name}"
    for name in [
        "compilation",
        "config",
        "distributed",
        "model_executor",
        "utils.torch_utils",
        "v1.structured_output",
    ]
]
absent = ["PIL", "huggingface_hub", "transformers", "urllib3", "openai", "prometheus_client", "torch", "uvloop"] + [
    f"vllm.{name}"
    for name in [
        "lora",
        "multimodal",
        "parser",
        "platforms",
        "reasoning",
        "transformers_utils",
        "usage",
        "v1.metrics.perf",
        "v1.structured_output.backend_types",
        "v1.structured_output.utils",
    ]
]


def put_on_path(folder):
    """Makes `import vllm...` find the files below the folder. Before anything of vLLM is imported."""
    version_of = importlib.metadata.version
    importlib.metadata.version = lambda name: "2.11.0" if name == "torch" else version_of(name)
    placeholders.put_on_path(folder, bare=bare, placeholders=absent)


def borrowed(path, of, names, **known):
    """A class with these methods of a class in a source file whose imports are more than is here. `known`: what they use of its module."""
    with open(path) as file:
        module = ast.parse(file.read())
    found = next(node for node in module.body if isinstance(node, ast.ClassDef) and node.name == of)
    body = [node for node in found.body if isinstance(node, ast.FunctionDef) and node.name in names]
    missing = set(names) - {node.name for node in body}
    if missing:
        raise LookupError(f"{of} in {path} has no {', '.join(sorted(missing))}")
    made = ast.ClassDef(of, bases=[], keywords=[], body=body, decorator_list=[], type_params=[])
    space = dict(known)
    future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
    exec(compile(ast.fix_missing_locations(ast.Module([future, made], [])), path, "exec"), space)
    return space[of]
