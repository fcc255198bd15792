"""What the compiled loops need and plain Python cannot say: bits seen as numbers, memory fetched early, small buffers.

Each is one instruction of LLVM, put where numba compiles the call. numba keeps compiled loops for as long as the file
that holds them is the same: who changes something here has to change ``PARTS`` in ``compiled.py`` too, or old loops go
on; a test says so.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

# 0 is for reading. Of the caches the second is asked: the first has too few places for what is on its way.
READING, SECOND_CACHE, DATA = 0, 2, 1


@intrinsic
def as_float(_typing: Any, _bits: Any) -> Any:
    """The float32 whose bits a uint32 holds."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.uint32), generate


@intrinsic
def fetch(_typing: Any, array: Any, _offset: Any) -> Any:
    """Have the processor fetch what lies ``offset`` bytes from where ``array`` begins, perhaps beyond its end."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        begin = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.gep(builder.bitcast(begin, byte), [arguments[1]])
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0",
        )
        builder.call(function, [place, number(READING), number(SECOND_CACHE), number(DATA)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@intrinsic
def local_floats(_typing: Any, count: Any) -> Any:
    """A pointer to ``count`` float32, a constant, that live as long as the function that asks.

    What is written there is known to change no array, so that loops around it fit the vector instructions.
    """
    if not isinstance(count, types.IntegerLiteral):
        return None

    def generate(_context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        block = ir.ArrayType(ir.FloatType(), count.literal_value)
        return builder.bitcast(cgutils.alloca_once(builder, block), ir.FloatType().as_pointer())

    return types.CPointer(types.float32)(count), generate
