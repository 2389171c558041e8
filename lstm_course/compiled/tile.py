"""A tile of a matrix product in vector registers, written with LLVM's builder.

    out[i, J] += Σ_k a[i, k] · b[k, J]       for the tile's rows i and the columns J of one panel

In words of the processor: for each k, load the panel's vectors of b; for each row, fill a vector with
a[i, k] and add its product with b to the row's sums, which never leave their registers: four rows by two
vectors take eight registers for the sums and three more. A processor with AVX-512 has 32 registers of 64
bytes; for others the vectors have 32 bytes, and LLVM makes two of one where that is still too long.
"""

from contextlib import suppress

from llvmlite import binding, ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _vector_bytes() -> int:
    with suppress(RuntimeError):  # raised where LLVM cannot tell
        return 64 if binding.get_host_cpu_features().get("avx512f") else 32
    return 32


VECTOR_BYTES = _vector_bytes()

#: Vectors of ``out`` that a tile is wide.
VECTORS = 2


def _tile(rows):
    """Return a function of compiled code for tiles of so many rows."""

    @intrinsic
    def add_tile(typing_context, a, row, panels, panel, out, out_row):
        def build(context, builder, signature, arguments):
            number = context.get_value_type(a.dtype)
            bytes_each = context.get_abi_sizeof(number)
            lanes = VECTOR_BYTES // bytes_each
            vector, lane = ir.VectorType(number, lanes), ir.IntType(32)
            a_array, b_array, out_array = (
                context.make_array(signature.args[i])(context, builder, arguments[i]) for i in (0, 2, 4)
            )
            row_value, panel_value, out_row_value = (arguments[i] for i in (1, 3, 5))
            index = row_value.type
            inner = builder.extract_value(b_array.shape, 1)

            def whole(value):
                return ir.Constant(index, value)

            def address(start, *steps):
                """Return the place of an element; each step is a count and a stride, in elements."""
                for count, stride in steps:
                    start = builder.gep(start, [builder.mul(count, stride)], source_etype=number)
                return start

            def load_vector(place):
                value = builder.load(builder.bitcast(place, vector.as_pointer()), typ=vector)
                value.align = bytes_each
                return value

            panel_width = whole(VECTORS * lanes)
            b_start = address(b_array.data, (builder.mul(panel_value, inner), panel_width))
            a_strides = [
                builder.sdiv(builder.extract_value(a_array.strides, axis), whole(bytes_each))
                for axis in (0, 1)
            ]
            out_width = builder.extract_value(out_array.shape, 1)
            a_starts, places = [], []
            for i in range(rows):
                a_starts.append(address(a_array.data, (builder.add(row_value, whole(i)), a_strides[0])))
                out_start = address(
                    out_array.data,
                    (builder.add(out_row_value, whole(i)), out_width),
                    (panel_value, panel_width),
                )
                places.append([address(out_start, (whole(v), whole(lanes))) for v in range(VECTORS)])
            sums = [[cgutils.alloca_once_value(builder, load_vector(p)) for p in line] for line in places]
            with cgutils.for_range(builder, inner) as loop:
                b_k = address(b_start, (loop.index, panel_width))
                b_vectors = [load_vector(address(b_k, (whole(v), whole(lanes)))) for v in range(VECTORS)]
                for a_start, line in zip(a_starts, sums, strict=True):
                    factor = builder.load(address(a_start, (loop.index, a_strides[1])), typ=number)
                    undefined = ir.Constant(vector, ir.Undefined)
                    first_lane = builder.insert_element(undefined, factor, ir.Constant(lane, 0))
                    everywhere = ir.Constant(ir.VectorType(lane, lanes), None)  # lane 0, in every lane
                    filled = builder.shuffle_vector(first_lane, undefined, everywhere)
                    for total, b_vector in zip(line, b_vectors, strict=True):
                        product = builder.fmul(filled, b_vector, flags=("contract",))
                        old = builder.load(total, typ=vector)
                        builder.store(builder.fadd(old, product, flags=("contract",)), total)
            for line, line_places in zip(sums, places, strict=True):
                for total, place in zip(line, line_places, strict=True):
                    pointer = builder.bitcast(place, vector.as_pointer())
                    builder.store(builder.load(total, typ=vector), pointer).align = bytes_each
            return context.get_dummy_value()

        whole_number = types.intp
        return types.void(a, whole_number, panels, whole_number, out, whole_number), build

    return add_tile


add_tile_1, add_tile_4 = _tile(1), _tile(4)
