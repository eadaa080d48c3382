package org.kymograph.data;

import java.util.function.LongFunction;

/** A task made of its parts. */
record MadeTask(String name, Object setting, Task.Augmentation augmentation, LongFunction<Split> samples)
        implements Task {
    @Override
    public Split sample(long seed) {
        return samples.apply(seed);
    }
}
