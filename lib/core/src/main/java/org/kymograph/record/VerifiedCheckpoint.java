package org.kymograph.record;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.kymograph.base.Checksums;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;

/** A checkpoint's file against what run.json says of it. */
final class VerifiedCheckpoint {
    private VerifiedCheckpoint() {}

    static Safetensors open(Path file, RunInfo.Checkpoint listed) {
        verifyBytes(file, listed);
        Safetensors opened = Safetensors.open(file);
        try {
            for (String name : opened.names()) {
                int bad = opened.read(name).firstNonFinite();
                if (bad >= 0) {
                    throw new RecordException(file, "element " + bad + " of tensor '" + name + "' is NaN or infinite");
                }
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void verifyBytes(Path file, RunInfo.Checkpoint listed) {
        AtomicFiles.checkReadable(file);
        MessageDigest sha256 = Checksums.sha256();
        long length = 0;
        byte[] chunk = new byte[1 << 16];
        try (InputStream in = new FileInputStream(file.toFile())) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                sha256.update(chunk, 0, n);
                length += n;
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
        if (length != listed.bytes()) {
            throw new RecordException(file, "is " + length + " bytes long; run.json says " + listed.bytes());
        }
        String found = Checksums.hex(sha256);
        if (!found.equals(listed.sha256())) {
            throw new RecordException(file, "has the SHA-256 " + found + "; run.json says " + listed.sha256());
        }
    }
}
