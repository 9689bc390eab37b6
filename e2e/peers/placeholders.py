"""Modules that are not there, for sources that import more than they use where one part of them is run.

A placeholder knows nothing: what is asked of it is a class that can be derived from where its name is a class's, and else `Nothing`.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import types


class Nothing:
    """Takes any call and any sum, keeps nothing of it, and is false. As a decorator it leaves things as they are."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *given, **named):
        return given[0] if len(given) == 1 and not named and callable(given[0]) else self

    def _itself(self, *_):
        return self

    __add__ = __iadd__ = __sub__ = __mul__ = __mod__ = __neg__ = __or__ = __ror__ = __getitem__ = __enter__ = _itself

    def _no(self, *_):
        return False

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __exit__ = _no

    def __iter__(self):
        return iter(())

    def __mro_entries__(self, _):
        return ()


class NamesOfClass(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()


class PlaceholderClass(metaclass=NamesOfClass):
    def __init__(self, *_, **__):
        pass

    def __call__(self, *given):
        return given[0] if given else self

    def __class_getitem__(cls, _):
        return cls


class Placeholder(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        is_class = name.lstrip("_")[0].isupper() or name in ("device", "dtype")
        made = type(name, (PlaceholderClass,), {}) if is_class else Nothing()
        setattr(self, name, made)
        return made


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, folder, *, bare, placeholders, real):
        self.folder, self.bare, self.placeholders, self.real = folder, bare, placeholders, real

    def find_spec(self, name, path, target=None):
        if name in self.real:
            return None
        if name in self.bare or any(name == each or name.startswith(f"{each}.") for each in self.placeholders):
            spec = importlib.machinery.ModuleSpec(name, self, is_package=True)
            spec.submodule_search_locations.append(os.path.join(self.folder, *name.split(".")))
            return spec

    def create_module(self, spec):
        return Placeholder(spec.name)

    def exec_module(self, module):
        pass


def put_on_path(folder, *, bare=(), placeholders=(), real=()):
    """Makes imports find the packages below the folder. Before anything of them is imported.

    bare: packages without their `__init__`, of which the modules are found; placeholders: what is not there, with all that it has, but for `real`.
    """
    sys.path.insert(0, folder)
    sys.meta_path.insert(0, Finder(folder, bare=bare, placeholders=placeholders, real=real))
