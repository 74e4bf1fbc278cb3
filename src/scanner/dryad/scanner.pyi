# SPDX-License-Identifier: MIT
"""Writes dumps of this process's objects for dryad to read."""

from os import PathLike
from typing import Any, Callable, Iterable, List, Protocol, Tuple, Union

class _Binary(Protocol):
    def write(self, data: bytes, /) -> Any: ...

_File = Union[str, bytes, "PathLike[str]", "PathLike[bytes]", int, _Binary]

__version__: str

def dump_all_objects(
    file: _File,
    *,
    fork: bool = False,
    wait: bool = True,
    values: str = "full",
    max_value: int = 100,
    sizeof: bool = True,
    overwrite: bool = False,
    allocation_frames: int = 8,
) -> int: ...
def dump_gc_objects(
    file: _File,
    *,
    fork: bool = False,
    wait: bool = True,
    values: str = "full",
    max_value: int = 100,
    sizeof: bool = True,
    overwrite: bool = False,
    allocation_frames: int = 8,
) -> int: ...
def dump_all_referenced(
    file: _File,
    obj: Union[object, Iterable[object]],
    is_pending: bool = False,
    *,
    fork: bool = False,
    wait: bool = True,
    values: str = "full",
    max_value: int = 100,
    sizeof: bool = True,
    overwrite: bool = False,
    allocation_frames: int = 8,
) -> int: ...
def get_referents(obj: object, /) -> List[Any]: ...
def size_of(obj: object, /) -> int: ...
def get_recursive_size(obj: object, /) -> Tuple[int, int]: ...
def get_recursive_items(obj: object, /) -> List[Any]: ...
def add_special_size(
    type: Union[type, str], size: Union[int, Callable[[Any], int]], size_64: Union[int, Callable[[Any], int]] = ..., /
) -> None: ...
def on_signal(
    signum: int,
    path: Union[str, None],
    /,
    *,
    fork: bool = True,
    wait: bool = False,
    values: str = "full",
    max_value: int = 100,
    sizeof: bool = True,
    overwrite: bool = False,
    allocation_frames: int = 8,
) -> Any: ...
