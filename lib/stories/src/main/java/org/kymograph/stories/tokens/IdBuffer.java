package org.kymograph.stories.tokens;

import java.util.Arrays;

final class IdBuffer {
    private int[] ids;
    private int size;

    IdBuffer(int capacity) {
        ids = new int[capacity];
    }

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, 2 * size + 8);
        }
        ids[size++] = id;
    }

    void addAll(int[] more) {
        for (int id : more) {
            add(id);
        }
    }

    int last() {
        return size == 0 ? -1 : ids[size - 1];
    }

    int[] toArray() {
        return Arrays.copyOf(ids, size);
    }
}
