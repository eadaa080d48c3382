package org.kymograph.record;

import java.nio.file.Path;
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
        long length = file.toFile().length();
        if (length != listed.bytes()) {
            throw new RecordException(file, "is " + length + " bytes long; run.json says " + listed.bytes());
        }
        String found = AtomicFiles.checksum(file);
        if (!found.equals(listed.sha256())) {
            throw new RecordException(file, "has the SHA-256 " + found + "; run.json says " + listed.sha256());
        }
    }
}
