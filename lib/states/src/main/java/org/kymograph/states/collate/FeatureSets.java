package org.kymograph.states.collate;

import java.util.List;
import java.util.Map;

/** The sets of weight statistics that the original study fitted, in its order. */
public final class FeatureSets {
    /** All fourteen. */
    public static final List<String> BASE = List.of(
            "l1",
            "l2",
            "trace",
            "spectral",
            "code_sparsity",
            "computational_sparsity",
            "mean_lambda",
            "variance_lambda",
            "mean_w",
            "median_w",
            "var_w",
            "mean_b",
            "median_b",
            "var_b");
    /** Six of them. */
    public static final List<String> ABLATION = List.of("l1", "l2", "trace", "variance_lambda", "mean_w", "mean_b");
    /** The L2 norm alone: the paper's baseline HMM-1. */
    public static final List<String> ABLATION2 = List.of("l2");
    /** The L1 norm alone. */
    public static final List<String> ABLATION3 = List.of("l1");
    /** The three that explained modular addition best. */
    public static final List<String> MODULAR_BEST = List.of("var_w", "l1", "l2");
    /** The two that explained sparse parity best. */
    public static final List<String> PARITIES_BEST = List.of("spectral", "variance_lambda");

    /** The sets by the names that the original's command line has for them. */
    public static final Map<String, List<String>> BY_NAME = Map.of(
            "base", BASE,
            "ablation", ABLATION,
            "ablation2", ABLATION2,
            "ablation3", ABLATION3,
            "modular_best", MODULAR_BEST,
            "parities_best", PARITIES_BEST);

    private FeatureSets() {}
}
