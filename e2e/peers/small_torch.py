"""What of PyTorch a scheduler reckons with, on numpy: tables of whole numbers. All else of it is a placeholder."""

import sys
import types

import numpy as np
from placeholders import Placeholder

cpu = types.SimpleNamespace(type="cpu", index=None)


class Tensor(np.ndarray):
    device = cpu
    is_cpu = True
    is_cuda = False

    def to(self, *given, **named):
        types_given = [each for each in (*given, *named.values()) if isinstance(each, type)]
        return self.astype(types_given[0]) if types_given else self

    def _itself(self, *_):
        return self

    cpu = detach = contiguous = pin_memory = _itself

    def numel(self):
        return self.size

    def view(self, *shape):
        return self.reshape(*shape)

    def clone(self):
        return self.copy()

    def long(self):
        return self.astype(np.int64)

    def int(self):
        return self.astype(np.int32)

    def bool(self):
        return self.astype(np.bool_)

    def unsqueeze(self, dim):
        return np.expand_dims(self, dim)

    def copy_(self, other):
        self[...] = other
        return self

    def clamp_(self, min=None, max=None):
        np.clip(self, min, max, out=self)
        return self


def tensor_of(array):
    return np.ndarray.view(np.asarray(array), Tensor)


def maker(make):
    def made(*given, dtype=None, device=None, pin_memory=None):
        return tensor_of(make(*given) if dtype is None else make(*given, dtype=dtype))

    return made


def sized(make):
    return maker(lambda *size, **named: make(size[0] if len(size) == 1 else size, **named))


class Torch(Placeholder):
    def __getattr__(self, name):
        # Other makers' devices are looked for by name.
        if name in ("hpu", "musa", "npu", "sail"):
            raise AttributeError(name)
        return super().__getattr__(name)


def install():
    """Makes `import torch` find it."""
    made = Torch("torch")
    made.__path__ = []
    made.__spec__ = None
    made.__version__ = "2.14.1"
    made.version = types.SimpleNamespace(cuda=None, hip=None)
    made.xpu = made.mps = types.SimpleNamespace(is_available=lambda: False)
    made.device = lambda *_: cpu
    made.iinfo = np.iinfo
    made.Tensor = Tensor
    for name in ["int8", "int16", "int32", "int64", "uint8", "uint64", "float16", "float32", "float64"]:
        setattr(made, name, getattr(np, name))
    made.bool, made.int, made.long, made.float, made.bfloat16 = np.bool_, np.int32, np.int64, np.float32, np.float32
    made.tensor = made.as_tensor = maker(np.array)
    made.arange = maker(np.arange)
    made.empty, made.zeros, made.ones = sized(np.empty), sized(np.zeros), sized(np.ones)
    made.full = maker(np.full)
    made.zeros_like = lambda like: tensor_of(np.zeros_like(like))
    made.cat = lambda tensors, dim=0: tensor_of(np.concatenate([np.asarray(each) for each in tensors], axis=dim))
    made.sort = lambda values: (tensor_of(np.sort(values)), tensor_of(np.argsort(values)))
    made.unique = lambda values: tensor_of(np.unique(values))
    made.cumsum = lambda values, dim: tensor_of(np.cumsum(values, axis=dim))
    made.where = lambda *given: tensor_of(np.where(*given))
    made.clamp = lambda values, min=None, max=None: tensor_of(np.clip(values, min, max))
    made.searchsorted = lambda values, sought, right=False: tensor_of(
        np.searchsorted(values, sought, side="right" if right else "left")
    )
    made.all, made.any = np.all, np.any
    made.sum = lambda values: tensor_of(np.sum(values))
    sys.modules["torch"] = made
