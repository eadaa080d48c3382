package org.kymograph.stories.tokens;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** SentencePiece's {@code .model}: a protocol buffer of pieces, the trainer's settings and the normalizer's. */
final class SentencePieceFile {
    private static final int BPE = 2;

    private SentencePieceFile() {}

    static SentencePieceModel read(Path file) {
        return parse(file, AtomicFiles.bytes(file));
    }

    static SentencePieceModel parse(Path file, byte[] bytes) {
        List<TokenPiece> pieces = new ArrayList<>();
        byte[] trainer = new byte[0];
        byte[] normalizer = new byte[0];
        for (Fields top = new Fields(file, "the model", bytes); top.next(); ) {
            switch (top.field) {
                case 1 -> pieces.add(piece(file, pieces.size(), top.bytes()));
                case 2 -> trainer = top.bytes();
                case 3 -> normalizer = top.bytes();
                default -> {}
            }
        }
        if (pieces.size() < 3) {
            throw new RecordException(file, "has " + pieces.size() + " pieces; expected a SentencePiece model");
        }
        boolean byteFallback = false;
        long type = 1;
        for (Fields spec = new Fields(file, "trainer_spec", trainer); spec.next(); ) {
            type = spec.field == 3 ? spec.number : type;
            byteFallback = spec.field == 35 ? spec.number != 0 : byteFallback;
            if (spec.field == 24 && spec.number != 0) {
                throw new RecordException(file, "treat_whitespace_as_suffix is true; expected false");
            }
        }
        if (type != BPE) {
            throw new RecordException(file, "model_type is " + type + "; expected 2, byte-pair encoding");
        }
        boolean prefix = true;
        boolean extra = true;
        for (Fields spec = new Fields(file, "normalizer_spec", normalizer); spec.next(); ) {
            prefix = spec.field == 3 ? spec.number != 0 : prefix;
            extra = spec.field == 4 ? spec.number != 0 : extra;
            if (spec.field == 2 && spec.bytes().length > 0) {
                throw new RecordException(file, "the normalizer rewrites characters; expected identity");
            }
            if (spec.field == 5 && spec.number == 0) {
                throw new RecordException(file, "escape_whitespaces is false; expected true");
            }
        }
        long byteCount =
                pieces.stream().filter(p -> p.kind() == TokenPiece.Kind.BYTE).count();
        if (byteFallback && byteCount != 256) {
            throw new RecordException(
                    file, "byte_fallback is true and there are " + byteCount + " bytes; expected 256");
        }
        return new SentencePieceModel(pieces, new TextNormalizer(prefix, extra), byteFallback, trainer, normalizer);
    }

    private static TokenPiece piece(Path file, int id, byte[] bytes) {
        String text = "";
        float score = 0;
        long type = 1;
        for (Fields f = new Fields(file, "piece " + id, bytes); f.next(); ) {
            switch (f.field) {
                case 1 -> text = new String(f.bytes(), StandardCharsets.UTF_8);
                case 2 -> score = Float.intBitsToFloat((int) f.number);
                case 3 -> type = f.number;
                default -> {}
            }
        }
        for (TokenPiece.Kind kind : TokenPiece.Kind.values()) {
            if (kind.number == type) {
                if (text.isEmpty() || kind == TokenPiece.Kind.BYTE && TokenPiece.byteOf(text) < 0) {
                    throw new RecordException(
                            file,
                            "piece " + id + " is \"" + text + "\"; expected "
                                    + (text.isEmpty() ? "a text" : "a byte such as <0x0A>"));
                }
                return new TokenPiece(text, score, kind);
            }
        }
        throw new RecordException(
                file,
                "piece " + id + " has type " + type + "; expected 1 (normal), 2 (unknown), 3 (control) or 6 (byte)");
    }

    static void write(Path file, SentencePieceModel model) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (TokenPiece piece : model.pieces()) {
            ByteArrayOutputStream one = new ByteArrayOutputStream();
            bytes(one, 1, piece.text().getBytes(StandardCharsets.UTF_8));
            one.write(2 << 3 | 5);
            one.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(piece.score())
                    .array());
            if (piece.kind() != TokenPiece.Kind.NORMAL) {
                number(one, 3, piece.kind().number);
            }
            bytes(all, 1, one.toByteArray());
        }
        bytes(all, 2, model.trainerSpec() != null ? model.trainerSpec() : trainerSpec(model));
        bytes(all, 3, model.normalizerSpec() != null ? model.normalizerSpec() : normalizerSpec(model.normalizer()));
        AtomicFiles.write(file, out -> out.write(all.toByteArray()));
    }

    private static byte[] trainerSpec(SentencePieceModel model) {
        ByteArrayOutputStream spec = new ByteArrayOutputStream();
        number(spec, 3, BPE);
        number(spec, 4, model.pieces().size());
        number(spec, 25, 1);
        number(spec, 26, 1);
        number(spec, 35, model.byteFallback() ? 1 : 0);
        bytes(spec, 44, " \u2047 ".getBytes(StandardCharsets.UTF_8));
        return spec.toByteArray();
    }

    private static byte[] normalizerSpec(TextNormalizer normalizer) {
        ByteArrayOutputStream spec = new ByteArrayOutputStream();
        bytes(spec, 1, "identity".getBytes(StandardCharsets.UTF_8));
        bytes(spec, 2, new byte[0]);
        number(spec, 3, normalizer.addDummyPrefix() ? 1 : 0);
        number(spec, 4, normalizer.removeExtraWhitespaces() ? 1 : 0);
        number(spec, 5, 1);
        return spec.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
        varint(out, field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, (long) field << 3);
        varint(out, value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** The fields of one message, one after the other. */
    private static final class Fields {
        final Path file;
        final String what;
        final byte[] in;
        int at;
        int field;
        long number;
        int from;

        Fields(Path file, String what, byte[] in) {
            this.file = file;
            this.what = what;
            this.in = in;
        }

        boolean next() {
            if (at == in.length) {
                return false;
            }
            long key = varint();
            field = (int) (key >>> 3);
            from = -1;
            switch ((int) key & 7) {
                case 0 -> number = varint();
                case 1 -> skip(8);
                case 2 -> {
                    long length = varint();
                    if (length < 0 || length > in.length - at) {
                        throw cut();
                    }
                    from = at;
                    at += (int) length;
                }
                case 5 -> {
                    skip(4);
                    number = ByteBuffer.wrap(in, at - 4, 4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt();
                }
                default ->
                    throw new RecordException(
                            file,
                            what + " has a field of wire type " + (key & 7) + " at byte " + at
                                    + "; expected a SentencePiece model");
            }
            return true;
        }

        byte[] bytes() {
            if (from < 0) {
                throw new RecordException(file, "field " + field + " of " + what + " is a number; expected bytes");
            }
            return Arrays.copyOfRange(in, from, at);
        }

        private void skip(int count) {
            if (in.length - at < count) {
                throw cut();
            }
            at += count;
        }

        private long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                skip(1);
                value |= (long) (in[at - 1] & 0x7F) << shift;
                if (in[at - 1] >= 0) {
                    return value;
                }
            }
            throw new RecordException(
                    file, what + " has a number of more than 10 bytes; expected a SentencePiece model");
        }

        private RecordException cut() {
            return new RecordException(
                    file, what + " is cut off at byte " + at + "; expected a whole SentencePiece model");
        }
    }
}
