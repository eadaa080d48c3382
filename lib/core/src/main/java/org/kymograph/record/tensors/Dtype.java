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
    /** Eight bits with a 4-bit exponent and a 3-bit fraction, without infinities (FN of OCP's FP8). */
    F8_E4M3(1),
    /** Eight bits with a 5-bit exponent and a 2-bit fraction: the upper half of an F16. */
    F8_E5M2(1),
    /** A power of two, from its 8-bit exponent. */
    F8_E8M0(1),
    /** Signed 64-bit integers. */
    I64(8),
    /** Signed 32-bit integers. */
    I32(4),
    /** Signed 16-bit integers. */
    I16(2),
    /** Signed 8-bit integers. */
    I8(1),
    /** Unsigned 64-bit integers. */
    U64(8),
    /** Unsigned 32-bit integers. */
    U32(4),
    /** Unsigned 16-bit integers. */
    U16(2),
    /** Unsigned 8-bit integers. */
    U8(1),
    /** One byte each, 0 or 1. */
    BOOL(1),
    /** Any other type, such as complex numbers: a file may hold it, with its name and shape, but its elements can't be read. */
    OPAQUE(0);

    private final int bytes;

    Dtype(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the size of an element.
     *
     * @return the bytes that one element takes; 0 for {@link #OPAQUE}, where that is not known
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Says whether the elements are floating-point numbers, which can be NaN or infinite.
     *
     * @return whether it is one of the types whose names begin with F or BF
     */
    public boolean isFloatingPoint() {
        return compareTo(I64) < 0;
    }

    /** The type of a name in safetensors; OPAQUE for names that are not known. */
    static Dtype named(String name) {
        for (Dtype dtype : values()) {
            if (dtype != OPAQUE && dtype.name().equals(name)) {
                return dtype;
            }
        }
        return OPAQUE;
    }
}
