package org.kymograph.stories.llama;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;

/**
 * llama2.c's {@code .bin} files, little-endian: version 0 has a header of seven numbers, a negative vocabulary where the logits
 * have weights of their own, and the tables of rotations, which its readers skip; versions 1 and 2 have a header of 256 bytes;
 * version 2 keeps matrices as bytes, a scale for each group (Q8_0: s = max|w|/127, q = w/s rounded half to even).
 */
final class LlamaBin {
    private static final int MAGIC = 0x616b3432;
    private static final int HEADER = 256;
    private static final String[] MATRICES = {"attention.wq", "attention.wk", "attention.wv", "attention.wo"};
    private static final String[] FFN = {"feed_forward.w1", "feed_forward.w2", "feed_forward.w3"};

    private LlamaBin() {}

    /** Returns the names of the tensors in a version's order; versions 1 and 2 have all norms first. */
    private static List<String> order(Llama net, int version) {
        List<String> names = new ArrayList<>();
        if (version == 0) {
            names.add("tok_embeddings");
            layers(names, net, "attention_norm");
            layers(names, net, MATRICES);
            layers(names, net, "ffn_norm");
            layers(names, net, FFN);
            names.add("norm");
        } else {
            layers(names, net, "attention_norm", "ffn_norm");
            names.add("norm");
            names.add("tok_embeddings");
            layers(names, net, MATRICES);
            layers(names, net, FFN);
        }
        if (!net.tied()) {
            names.add("output");
        }
        return names;
    }

    private static void layers(List<String> names, Llama net, String... kinds) {
        for (String kind : kinds) {
            for (int l = 0; l < net.layers(); l++) {
                names.add("layers." + l + "." + kind);
            }
        }
    }

    /** Returns the largest of 64, 32, … that divides the width and, unlike the original's choice, the MLP's too. */
    static int groupSize(Llama net) {
        int size = 64;
        while (net.dModel() % size != 0 || net.dMlp() % size != 0) {
            size /= 2;
        }
        return size;
    }

    static void write(Path path, LlamaModel model, int version) {
        Arguments.within("version", version, 0, 2);
        write(path, model, version, groupSize(model.network()));
    }

    static void write(Path path, LlamaModel model, int version, int groupSize) {
        Llama net = model.network();
        AtomicFiles.write(path, out -> {
            ByteBuffer header = buffer(version == 0 ? 28 : HEADER);
            if (version > 0) {
                header.putInt(MAGIC).putInt(version);
            }
            header.putInt(net.dModel()).putInt(net.dMlp()).putInt(net.layers());
            header.putInt(net.heads()).putInt(net.kvHeads());
            header.putInt(version == 0 && !net.tied() ? -net.vocabulary() : net.vocabulary());
            header.putInt(model.length());
            if (version > 0) {
                header.put((byte) (net.tied() ? 1 : 0));
            }
            if (version == 2) {
                header.putInt(groupSize);
            }
            out.write(header.array(), header.arrayOffset(), header.capacity());
            for (String name : order(net, version)) {
                if (version == 0 && name.equals("output")) {
                    rotations(out, model);
                }
                if (version == 2 && !name.endsWith("norm")) {
                    quantized(out, name, model.floats(name), groupSize);
                } else {
                    out.write(bytes(model.floats(name)));
                }
            }
            if (version == 0 && net.tied()) {
                rotations(out, model);
            }
        });
    }

    private static void rotations(OutputStream out, LlamaModel model) throws IOException {
        int half = model.network().dModel() / model.network().heads() / 2;
        float[] cos = new float[model.length() * half];
        float[] sin = new float[cos.length];
        for (int t = 0; t < model.length(); t++) {
            for (int j = 0; j < half; j++) {
                double angle = t * Math.pow(model.network().theta(), -(double) j / half);
                cos[t * half + j] = (float) Math.cos(angle);
                sin[t * half + j] = (float) Math.sin(angle);
            }
        }
        out.write(bytes(cos));
        out.write(bytes(sin));
    }

    private static void quantized(OutputStream out, String name, float[] w, int groupSize) throws IOException {
        Arguments.check(
                w.length % groupSize == 0,
                "groupSize",
                groupSize,
                "a divisor of the " + w.length + " numbers of " + name);
        byte[] q = new byte[w.length];
        float[] scales = new float[w.length / groupSize];
        for (int g = 0; g < scales.length; g++) {
            float most = 0;
            for (int i = g * groupSize; i < (g + 1) * groupSize; i++) {
                most = Math.max(most, Math.abs(w[i]));
            }
            // A group of zeros has no scale of its own.
            scales[g] = most == 0 ? 1 : most / 127;
            for (int i = g * groupSize; i < (g + 1) * groupSize; i++) {
                q[i] = (byte) Math.rint(w[i] / scales[g]);
            }
        }
        out.write(q);
        out.write(bytes(scales));
    }

    static LlamaModel read(Path path) {
        AtomicFiles.checkReadable(path);
        try (InputStream file = Files.newInputStream(path);
                DataInputStream in = new DataInputStream(new BufferedInputStream(file, 1 << 16))) {
            return read(path, in);
        } catch (EOFException e) {
            throw new RecordException(
                    path, "ends at byte " + size(path) + ", before its weights do: it was cut off", e);
        } catch (IOException e) {
            throw AtomicFiles.failure(path, "can't be read", e);
        }
    }

    private static LlamaModel read(Path path, DataInputStream in) throws IOException {
        int first = next(in, 4).getInt();
        int version = first == MAGIC ? next(in, 4).getInt() : 0;
        if (version < 0 || version > 2) {
            throw new RecordException(path, "has version " + version + " of llama2.c's format; expected 0, 1 or 2");
        }
        ByteBuffer h = next(in, version == 0 ? 24 : HEADER - 8);
        int dModel = version == 0 ? first : h.getInt();
        int dMlp = h.getInt();
        int layers = h.getInt();
        int heads = h.getInt();
        int kvHeads = h.getInt();
        int vocabulary = h.getInt();
        int length = h.getInt();
        boolean tied = version == 0 ? vocabulary > 0 : h.get() != 0;
        int groupSize = version == 2 ? h.getInt() : 1;
        Llama net = network(path, Math.abs(vocabulary), dModel, layers, heads, kvHeads, dMlp, tied, length, groupSize);
        check(path, net, version, length, groupSize);
        Map<String, long[]> shapes = net.shapes();
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (String name : order(net, version)) {
            if (version == 0 && name.equals("output")) {
                in.skipNBytes(4L * length * (dModel / heads));
            }
            long[] shape = shapes.get(name + ".weight");
            int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
            float[] values =
                    version == 2 && !name.endsWith("norm") ? dequantized(in, size, groupSize) : floats(in, size);
            weights.put(name + ".weight", Tensor.of(values, shape));
        }
        return new LlamaModel(net, length, weights);
    }

    private static Llama network(
            Path path, int v, int d, int layers, int heads, int kv, int h, boolean tied, int length, int groupSize) {
        try {
            Arguments.atLeast("T", length, 1);
            Arguments.atLeast("the group size", groupSize, 1);
            Arguments.atLeast("heads", heads, 1);
            return new Llama(v, d, layers, heads, kv, h, tied, 10_000, 1e-5);
        } catch (IllegalArgumentException e) {
            throw new RecordException(path, "isn't a model of llama2.c: " + e.getMessage(), e);
        }
    }

    // Before anything is allocated.
    private static void check(Path path, Llama net, int version, int length, int groupSize) {
        long norms = net.dModel() * (2L * net.layers() + 1);
        long matrices = net.parameters() - norms;
        long expected =
                switch (version) {
                    case 0 -> 28 + 4 * (net.parameters() + (long) length * (net.dModel() / net.heads()));
                    case 1 -> HEADER + 4 * net.parameters();
                    default -> HEADER + 4 * norms + matrices + 4 * (matrices / groupSize);
                };
        long size = size(path);
        if (size != expected) {
            throw new RecordException(
                    path,
                    "has " + size + " bytes; expected " + expected + " for what its header says ("
                            + (size < expected ? "it was cut off" : "something follows the weights") + ")");
        }
    }

    private static long size(Path path) {
        return AtomicFiles.attempt(path, "can't be read", () -> Files.size(path));
    }

    private static float[] dequantized(DataInputStream in, int size, int groupSize) throws IOException {
        byte[] q = new byte[size];
        in.readFully(q);
        float[] scales = floats(in, size / groupSize);
        float[] w = new float[size];
        for (int i = 0; i < size; i++) {
            w[i] = q[i] * scales[i / groupSize];
        }
        return w;
    }

    private static float[] floats(DataInputStream in, int count) throws IOException {
        float[] values = new float[count];
        next(in, Math.multiplyExact(4, count)).asFloatBuffer().get(values);
        return values;
    }

    private static ByteBuffer next(DataInputStream in, int bytes) throws IOException {
        byte[] read = new byte[bytes];
        in.readFully(read);
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(float[] values) {
        byte[] written = new byte[Math.multiplyExact(4, values.length)];
        ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        return written;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
