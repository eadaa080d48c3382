package org.kymograph.record.tensors;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.kymograph.base.Checksums;
import org.kymograph.base.Wording;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** Tells a file's format from its first bytes, the likeliest first, and finds the weights in a folder. */
final class TensorFormats {
    private static final int START = 512;
    private static final byte[] TORCH_MAGIC = {
        (byte) 0x8a, 0x0a, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
    };
    /** What Hugging Face and others call the weights in a folder, in the order in which they are looked for. */
    private static final List<String> WEIGHTS = List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "pytorch_model.bin",
            "pytorch_model.bin.index.json",
            "model.pt",
            "model.pth",
            "adapter_model.safetensors",
            "adapter_model.bin");

    private static final Pattern SHARD = Pattern.compile("(?:model|pytorch_model)-\\d+-of-\\d+\\.(?:safetensors|bin)");
    private static final Pattern ONE_SAFETENSORS = Pattern.compile("(?i).+\\.safetensors");
    private static final Pattern ONE_TORCH = Pattern.compile(
            "(?i)(?!(?:optimizer|optim|scheduler|scaler|rng_state|training_args|trainer_state)[^/]*$).+\\.(?:pt|pth|bin|ckpt|th)");
    private static final Pattern UNFINISHED =
            Pattern.compile("(?i).*\\.(?:part|partial|crdownload|incomplete|download|tmp|aria2)");
    private static final Map<String, String> OTHERS = Map.of(
            "\u001f\u008b", "is compressed with gzip; unpack it first",
            "(\u00b5/\u00fd", "is compressed with zstd; unpack it first",
            "BZh", "is compressed with bzip2; unpack it first",
            "\u00fd7zXZ", "is compressed with xz; unpack it first",
            "GGUF", "is a GGUF file; expected safetensors or PyTorch's format",
            "\u0089HDF", "is an HDF5 file, as Keras writes them; expected safetensors or PyTorch's format",
            "\u0093NUMPY", "is a NumPy array; expected safetensors or PyTorch's format",
            "Rar!", "is a RAR archive; unpack it first");

    private static final String UTF8_MARK = "\u00ef\u00bb\u00bf";

    private TensorFormats() {}

    static Optional<Path> weightsIn(Path folder) {
        Optional<Path> known = WEIGHTS.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
        if (known.isPresent()) {
            return known;
        }
        List<Path> all =
                AtomicFiles.list(folder).stream().filter(Files::isRegularFile).toList();
        all.stream()
                .filter(f -> SHARD.matcher(f.getFileName().toString()).matches())
                .findFirst()
                .ifPresent(part -> {
                    throw new RecordException(
                            part,
                            "is a part of a checkpoint whose index is missing; expected a file *.index.json beside it");
                });
        // A file of another name counts where there is but one.
        for (Pattern kind : List.of(ONE_SAFETENSORS, ONE_TORCH)) {
            List<Path> some = all.stream()
                    .filter(f -> kind.matcher(f.getFileName().toString()).matches())
                    .toList();
            if (!some.isEmpty()) {
                return some.size() == 1 ? Optional.of(some.get(0)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    static String checksum(Path path) {
        Path file = Files.isDirectory(path) ? theWeightsIn(path) : path;
        String own = AtomicFiles.checksum(file);
        if (!isIndex(file)) {
            return own;
        }
        StringBuilder all = new StringBuilder(own);
        ShardedTensors.parts(file).keySet().forEach(p -> all.append(AtomicFiles.checksum(file.resolveSibling(p))));
        MessageDigest digest = Checksums.sha256();
        digest.update(all.toString().getBytes(StandardCharsets.UTF_8));
        return Checksums.hex(digest);
    }

    private static boolean isIndex(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).endsWith(".index.json");
    }

    private static Path theWeightsIn(Path folder) {
        return weightsIn(folder)
                .orElseThrow(() -> new RecordException(
                        folder,
                        "is a folder without weights; expected a file in it that is called one of "
                                + String.join(", ", WEIGHTS)
                                + ", or one file only that ends in .safetensors, .pt, .pth or .bin"));
    }

    static TensorFile open(Path path) {
        if (Files.isDirectory(path)) {
            return open(theWeightsIn(path));
        }
        byte[] start = start(path);
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        if (isIndex(path)) {
            return ShardedTensors.open(path);
        }
        if (isSafetensors(start)) {
            return Safetensors.open(path);
        }
        if (begins(start, "PK\3\4") || begins(start, "PK\5\6")) {
            return TorchCheckpoint.open(path);
        }
        throw new RecordException(path, whatElse(name, start));
    }

    private static byte[] start(Path path) {
        byte[] start = new byte[START];
        try (RandomAccessFile file = AtomicFiles.open(path)) {
            int length = 0;
            for (int n = 0; n >= 0 && length < START; n = file.read(start, length, START - length)) {
                length += n;
            }
            return Arrays.copyOf(start, length);
        } catch (IOException e) {
            throw AtomicFiles.failure(path, "can't be read", e);
        }
    }

    // A zip file that began like this would have a header of 4 GiB and more.
    private static boolean isSafetensors(byte[] start) {
        if (start.length < 9 || start[8] != '{') {
            return false;
        }
        long header = 0;
        for (int i = 7; i >= 0; i--) {
            header = header << 8 | start[i] & 0xff;
        }
        return header >= 2 && header <= SafetensorsHeader.MAX_BYTES;
    }

    private static String whatElse(String name, byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        String lower = (text.startsWith(UTF8_MARK) ? text.substring(UTF8_MARK.length()) : text)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (start.length == 0) {
            return "is empty; expected a safetensors or PyTorch file";
        }
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return "is a Git LFS pointer in place of the file; 'git lfs pull' fetches the file";
        }
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html") || lower.startsWith("<head")) {
            return "is a web page; the address that it was downloaded from doesn't give the file";
        }
        if (lower.startsWith("<")) {
            return "is XML or a web page; expected a safetensors or PyTorch file";
        }
        if (start.length >= 2 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5) {
            return text.startsWith(new String(TORCH_MAGIC, StandardCharsets.ISO_8859_1), 2)
                    ? "is a PyTorch file of the kind written before 1.6; in Python, "
                            + "torch.save(torch.load(old), new) writes it anew so that it can be read"
                    : "is a Python pickle without PyTorch's container (those written before 1.6 begin with a number); "
                            + "in Python, torch.save writes it anew so that it can be read";
        }
        for (Map.Entry<String, String> other : OTHERS.entrySet()) {
            if (text.startsWith(other.getKey())) {
                return other.getValue();
            }
        }
        if (text.startsWith("ustar", 257)) {
            return "is a tar archive; unpack it first";
        }
        if (text.chars().allMatch(c -> c == 0)) {
            return "begins with nothing but zeros: its download did not end, or the disk lost it";
        }
        if (UNFINISHED.matcher(name).matches()) {
            return "is neither a safetensors file nor a PyTorch zip file; by its name its download did not end";
        }
        if (lower.startsWith("{")) {
            return "is JSON; expected a safetensors or PyTorch file";
        }
        if (start.length >= 4
                && text.chars().allMatch(c -> c >= ' ' && c < 127 || c == '\n' || c == '\r' || c == '\t')) {
            String line = text.strip().lines().findFirst().orElse("");
            return "is a text that begins \"" + line.substring(0, Math.min(60, line.length()))
                    + "\"; expected a safetensors or PyTorch file";
        }
        if (start.length < 9) {
            return "is " + start.length + " bytes long; a safetensors or PyTorch file has at least 9";
        }
        if (name.endsWith(".safetensors")) {
            return "has the name of a safetensors file but not its beginning, a header length and '{': it was cut off at "
                    + "its start, its download did not end, or it is something else";
        }
        return "is neither a safetensors file nor a PyTorch zip file";
    }

    private static boolean begins(byte[] start, String with) {
        return new String(start, StandardCharsets.ISO_8859_1).startsWith(with);
    }

    /** The exception for a name that a file lacks. */
    static IllegalArgumentException unknown(TensorFile file, String name) {
        String object = file.metadata().get(name);
        return new IllegalArgumentException(Wording.oneLine(file.path() + " has no tensor '" + Wording.shown(name) + "'"
                + (object == null
                        ? Wording.didYouMean(name, file.names())
                        : "; under that name there is " + Wording.shown(object))));
    }
}
