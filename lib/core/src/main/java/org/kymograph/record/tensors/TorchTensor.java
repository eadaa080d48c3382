package org.kymograph.record.tensors;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.kymograph.base.Arguments;

/** A strided view of a storage, as a PyTorch file describes it; offset and strides are counted in elements. */
record TorchTensor(Storage storage, Dtype dtype, long offset, long[] shape, long[] stride) {
    /** An expanded tensor may name more elements than its file holds; this many are believed nevertheless. */
    private static final long MAX_REPEATED = 1 << 24;

    /** One record of the zip file, {@code data/<key>}. */
    record Storage(String key, Dtype dtype, long elements, long bytes) {
        static Storage of(String key, Dtype dtype, long elements) {
            Arguments.atLeast("the number of elements of storage '" + key + "'", elements, 0);
            return new Storage(key, dtype, elements, Math.multiplyExact(elements, dtype.bytes()));
        }
    }

    /** Checks that the view stays inside its storage and has a believable size. */
    TorchTensor {
        Arguments.sameLength("stride", stride.length, "shape", shape.length);
        // Of a type that can't be read, only the shape is told.
        boolean opaque = dtype == Dtype.OPAQUE || storage.dtype == Dtype.OPAQUE;
        long available = opaque ? Long.MAX_VALUE : storage.bytes / dtype.bytes();
        dtype = opaque ? Dtype.OPAQUE : dtype;
        try {
            long elements = Tensor.size(shape);
            long last = offset;
            for (int axis = 0; axis < shape.length; axis++) {
                Arguments.check(stride[axis] >= 0, "stride", stride, "none below 0");
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[axis] - 1), stride[axis]));
            }
            Arguments.require(
                    offset >= 0 && (elements > 0 ? last < available : offset <= available),
                    view(offset, shape, stride) + "; expected elements within its storage of " + available);
            Arguments.require(
                    elements <= Math.max(available, MAX_REPEATED),
                    "shape is " + Arrays.toString(shape) + ", which repeats a storage of " + available
                            + " elements; expected at most " + MAX_REPEATED + " elements of a smaller storage");
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    view(offset, shape, stride) + "; expected elements that can be counted in 64 bits", e);
        }
    }

    private static String view(long offset, long[] shape, long[] stride) {
        return "the view is of shape " + Arrays.toString(shape) + ", stride " + Arrays.toString(stride) + ", offset "
                + offset;
    }

    /** The tensor's elements, row-major and little-endian, out of its whole storage. */
    Tensor read(byte[] bytes, boolean bigEndian) {
        int item = dtype.bytes();
        int length = Math.toIntExact(Tensor.size(shape) * item);
        if (isContiguous() && !bigEndian) {
            int from = Math.toIntExact(offset * item);
            // A small part of a large storage is copied, lest it keep the whole of it alive.
            ByteBuffer part = length >= bytes.length / 2
                    ? ByteBuffer.wrap(bytes, from, length)
                    : ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, from + length));
            return Tensor.of(dtype, shape, part);
        }
        byte[] out = new byte[length];
        long[] index = new long[shape.length];
        long at = offset;
        for (int to = 0; to < length; to += item) {
            int from = (int) (at * item);
            for (int b = 0; b < item; b++) {
                out[to + b] = bytes[bigEndian ? from + item - 1 - b : from + b];
            }
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                at += stride[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                at -= stride[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return Tensor.of(dtype, shape, ByteBuffer.wrap(out));
    }

    private boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (shape[axis] == 0) {
                return true;
            }
            if (shape[axis] != 1 && stride[axis] != expected) {
                return false;
            }
            expected *= shape[axis];
        }
        return true;
    }
}
