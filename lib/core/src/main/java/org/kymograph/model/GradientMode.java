package org.kymograph.model;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Runs work with PyTorch's recording of gradients off or on and puts the mode back afterwards. The mode belongs to a thread;
 * a new thread starts with it on.
 */
public final class GradientMode {
    private GradientMode() {}

    /**
     * Runs work without gradients, as evaluation wants it.
     *
     * @param <T> the type of the result
     * @param work the work
     * @return its result
     */
    public static <T> T off(Supplier<T> work) {
        return in(false, work);
    }

    /**
     * Runs work that records what a backward pass needs.
     *
     * @param <T> the type of the result
     * @param work the work
     * @return its result
     */
    public static <T> T on(Supplier<T> work) {
        return in(true, work);
    }

    /**
     * Tells whether this thread records gradients.
     *
     * @return whether it does
     */
    public static boolean isOn() {
        return JniUtils.isGradMode();
    }

    private static <T> T in(boolean mode, Supplier<T> work) {
        // Nothing may have loaded the native library yet.
        Engine.getInstance();
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(mode);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }
}
