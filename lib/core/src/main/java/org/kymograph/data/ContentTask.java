package org.kymograph.data;

import java.util.Map;

/** See {@link Task#byContent}. */
record ContentTask(String name, Split split, String sha256) implements Task {
    @Override
    public Object setting() {
        return Map.of("sha256", sha256);
    }

    @Override
    public Split sample(long seed) {
        return split;
    }
}
