package org.kymograph.record.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.base.Columns;

/**
 * A tensor at rest: element type, shape, and the elements in row-major order as little-endian bytes. It may be a view
 * of a mapped file. Immutable: callers must not change the buffer that they hand over.
 */
public final class Tensor {
    private final Dtype dtype;
    private final long[] shape;
    private final ByteBuffer bytes;

    private Tensor(Dtype dtype, long[] shape, ByteBuffer bytes) {
        this.dtype = dtype;
        this.shape = shape;
        this.bytes = bytes;
    }

    /**
     * Returns the tensor over that buffer.
     *
     * @param dtype the element type
     * @param shape the sizes of the axes, none negative; empty for a scalar
     * @param littleEndian the elements, from the buffer's position to its limit
     * @return the tensor over that buffer
     * @throws IllegalArgumentException if the buffer's length does not fit the shape, or the type is OPAQUE
     */
    public static Tensor of(Dtype dtype, long[] shape, ByteBuffer littleEndian) {
        Arguments.check(dtype != Dtype.OPAQUE, "dtype", dtype, "a type whose elements can be read");
        long expected = Math.multiplyExact(size(shape), dtype.bytes());
        if (littleEndian.remaining() != expected) {
            throw Arguments.unexpected(
                    "the length of the buffer",
                    littleEndian.remaining(),
                    expected + " bytes for a " + dtype + " tensor of shape " + Arrays.toString(shape));
        }
        return new Tensor(
                dtype,
                shape.clone(),
                littleEndian
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asReadOnlyBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Returns the SHA-256 checksum of tensors.
     *
     * @param tensors tensors, in an order that counts
     * @return the checksum of their types, shapes and elements
     */
    public static String checksum(Tensor... tensors) {
        MessageDigest digest = Checksums.sha256();
        for (Tensor tensor : tensors) {
            digest.update(tensor.toString().getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.bytes());
        }
        return Checksums.hex(digest);
    }

    /**
     * Returns an F32 tensor.
     *
     * @param values the elements in row-major order
     * @param shape the sizes of the axes
     * @return an F32 tensor
     */
    public static Tensor of(float[] values, long... shape) {
        ByteBuffer b = allocate(Dtype.F32, values.length);
        b.asFloatBuffer().put(values);
        return of(Dtype.F32, shape, b);
    }

    /**
     * Returns an F64 tensor.
     *
     * @param values the elements in row-major order
     * @param shape the sizes of the axes
     * @return an F64 tensor
     */
    public static Tensor of(double[] values, long... shape) {
        ByteBuffer b = allocate(Dtype.F64, values.length);
        b.asDoubleBuffer().put(values);
        return of(Dtype.F64, shape, b);
    }

    /**
     * Makes an F32 tensor of numbers rounded to floats.
     *
     * @param values the elements in row-major order
     * @param shape the length of each axis
     * @return the tensor
     * @throws IllegalArgumentException if there are not as many elements as the shape asks for
     */
    public static Tensor ofFloats(double[] values, long... shape) {
        return of(Columns.floats(values), shape);
    }

    /**
     * Returns an I64 tensor.
     *
     * @param values the elements in row-major order
     * @param shape the sizes of the axes
     * @return an I64 tensor
     */
    public static Tensor of(long[] values, long... shape) {
        ByteBuffer b = allocate(Dtype.I64, values.length);
        b.asLongBuffer().put(values);
        return of(Dtype.I64, shape, b);
    }

    /**
     * Returns a U8 tensor over a copy of the values.
     *
     * @param values the elements in row-major order, each byte read as 0..255
     * @param shape the sizes of the axes
     * @return a U8 tensor over a copy of the values
     */
    public static Tensor of(byte[] values, long... shape) {
        return of(Dtype.U8, shape, ByteBuffer.wrap(values.clone()));
    }

    /**
     * Returns the element type.
     *
     * @return the element type
     */
    public Dtype dtype() {
        return dtype;
    }

    /**
     * Returns the sizes of the axes, a copy.
     *
     * @return the sizes of the axes, a copy
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Returns the number of elements.
     *
     * @return the number of elements
     */
    public long size() {
        return size(shape);
    }

    /**
     * Returns the elements as read-only little-endian bytes, positioned at the first.
     *
     * @return the elements as read-only little-endian bytes, positioned at the first
     */
    public ByteBuffer bytes() {
        return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns that element as a double.
     *
     * @param i the row-major index of an element, from 0
     * @return that element as a double; exact for every type but I64 and U64 beyond 2^53
     */
    public double getDouble(int i) {
        return switch (dtype) {
            case F64 -> bytes.getDouble(8 * i);
            case F32 -> bytes.getFloat(4 * i);
            case F16 -> halfToFloat(bytes.getShort(2 * i));
            case BF16 -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
            case F8_E4M3 -> e4m3(bytes.get(i));
            case F8_E5M2 -> halfToFloat((short) (bytes.get(i) << 8));
            case F8_E8M0 -> bytes.get(i) == -1 ? Double.NaN : Math.scalb(1.0, (bytes.get(i) & 0xff) - 127);
            case U64 -> unsigned(bytes.getLong(8 * i));
            default -> getLong(i);
        };
    }

    private long getLong(int i) {
        return switch (dtype) {
            case I64, U64 -> bytes.getLong(8 * i);
            case I32 -> bytes.getInt(4 * i);
            case U32 -> bytes.getInt(4 * i) & 0xffff_ffffL;
            case I16 -> bytes.getShort(2 * i);
            case U16 -> bytes.getShort(2 * i) & 0xffff;
            case I8 -> bytes.get(i);
            case U8, BOOL -> bytes.get(i) & 0xff;
            default -> throw Arguments.unexpected("dtype", dtype, "integers");
        };
    }

    // The sign bit stands for 2^63. Halving rounds to odd, so that the double is the nearest one.
    private static double unsigned(long bits) {
        return bits >= 0 ? bits : 2.0 * (bits >>> 1 | bits & 1);
    }

    private static double e4m3(byte bits) {
        int exponent = bits >>> 3 & 0xf;
        int fraction = bits & 7;
        double magnitude = exponent == 15 && fraction == 7
                ? Double.NaN
                : exponent == 0 ? fraction * 0x1p-9 : Math.scalb(1 + fraction / 8.0, exponent - 7);
        return bits < 0 ? -magnitude : magnitude;
    }

    /**
     * Returns the elements as doubles, in row-major order.
     *
     * @return the elements as doubles, in row-major order
     */
    public double[] toDoubles() {
        double[] out = new double[Math.toIntExact(size())];
        if (dtype == Dtype.F64) {
            bytes().asDoubleBuffer().get(out);
        } else if (dtype == Dtype.F32) {
            float[] floats = toFloats();
            Arrays.setAll(out, i -> floats[i]);
        } else {
            for (int i = 0; i < out.length; i++) {
                out[i] = getDouble(i);
            }
        }
        return out;
    }

    /**
     * Returns the elements as floats, in row-major order.
     *
     * @return the elements as floats, in row-major order; F64 and the integers are rounded to the nearest float
     */
    public float[] toFloats() {
        float[] out = new float[Math.toIntExact(size())];
        if (dtype == Dtype.F32) {
            bytes().asFloatBuffer().get(out);
        } else {
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) getDouble(i);
            }
        }
        return out;
    }

    /**
     * Returns the elements as longs, in row-major order.
     *
     * @return the elements as longs, in row-major order
     * @throws IllegalArgumentException if the elements are floating-point, or an unsigned one is 2^63 or more
     */
    public long[] toLongs() {
        long[] out = new long[Math.toIntExact(size())];
        for (int i = 0; i < out.length; i++) {
            out[i] = getLong(i);
            if (out[i] < 0 && dtype == Dtype.U64) {
                throw Arguments.unexpected("element " + i, Long.toUnsignedString(out[i]), "at most 2^63 - 1");
            }
        }
        return out;
    }

    /** The index of the first element of a BOOL tensor that isn't 0 or 1, or -1. */
    int firstBadBoolean() {
        if (dtype == Dtype.BOOL) {
            for (int i = 0; i < bytes.limit(); i++) {
                if ((bytes.get(i) & 0xfe) != 0) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** The index of the first element that is NaN or infinite, or -1. */
    public int firstNonFinite() {
        if (dtype.isFloatingPoint()) {
            int n = (int) size();
            for (int i = 0; i < n; i++) {
                if (!Double.isFinite(getDouble(i))) {
                    return i;
                }
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Tensor t && dtype == t.dtype && Arrays.equals(shape, t.shape) && bytes.equals(t.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dtype.hashCode() + Arrays.hashCode(shape)) + bytes.hashCode();
    }

    @Override
    public String toString() {
        return dtype + Arrays.toString(shape);
    }

    static ByteBuffer allocate(Dtype dtype, int elements) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }

    static long size(long[] shape) {
        long n = 1;
        for (long s : shape) {
            if (s < 0) {
                throw new IllegalArgumentException("a shape with a negative axis: " + Arrays.toString(shape));
            }
            n = Math.multiplyExact(n, s);
        }
        return n;
    }

    // IEEE 754 binary16; Float.float16ToFloat is there only from Java 20 on.
    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) {
            float subnormal = fraction * 0x1p-24f;
            return sign == 0 ? subnormal : -subnormal;
        }
        int bits = exponent == 31 ? 0x7f800000 | fraction << 13 : exponent + 112 << 23 | fraction << 13;
        return Float.intBitsToFloat(sign | bits);
    }
}
