package org.kymograph.record.tensors;

/** The element types of a {@link Tensor}, with the names that safetensors gives them. */
public enum Dtype {
    /** IEEE double precision. */
    F64(8),
    /** IEEE single precision. */
    F32(4),
    /** IEEE half precision. */
    F16(2),
    /** The upper 16 bits of a single-precision number. */
    BF16(2),
    /** Signed 64-bit integers. */
    I64(8),
    /** Signed 32-bit integers. */
    I32(4),
    /** Unsigned 8-bit integers. */
    U8(1),
    /** One byte each, 0 or 1. */
    BOOL(1);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /** @return the bytes that one element takes */
    public int bytes() {
        return bytes;
    }

    /** @return whether the elements are floating-point numbers, which can be NaN or infinite */
    public boolean isFloatingPoint() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }
}
