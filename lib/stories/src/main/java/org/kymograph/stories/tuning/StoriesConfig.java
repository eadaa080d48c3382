package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The settings of a training on stories, with the names and defaults of the original's {@code train.py}. Its configuration files are
 * read as lists of {@code name = literal}; nothing in them is executed.
 *
 * <p>Beyond the original's: {@code scaled_init} is w3 or w2, {@code feature} the label whose share among generated stories is
 * measured, {@code generation_tokens} how many tokens they have at most, {@code tokenizer} its file, {@code generation_dataset_names} the
 * data sets with prompts, instead of the one that is trained on and those that are evaluated. {@code eval_batch_size} and
 * {@code generation_eval_batch_size}, which the original never reads, are {@code batch_size} where they are 0.
 */
public final class StoriesConfig {
    private static final Map<String, Object> DEFAULTS = defaultValues();
    private static final List<String> WITHOUT_EFFECT = List.of(
            "wandb_log",
            "wandb_project",
            "wandb_entity",
            "wandb_tags",
            "wandb_run_name",
            "device",
            "dtype",
            "compile",
            "log_interval");

    private final Map<String, Object> values;

    private StoriesConfig(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    private static Map<String, Object> defaultValues() {
        Map<String, Object> d = new LinkedHashMap<>();
        put(d, "out_dir", "out", "model_dir", "", "eval_interval", 2000L, "generation_eval_interval_multiplier", 2L);
        put(d, "checkpoint_interval", 2000L, "log_interval", 1L, "eval_iters", 100L, "generation_eval_iters", 10L);
        put(d, "eval_batch_size", 0L, "generation_eval_batch_size", 0L, "generation_tokens", 350L, "feature", "Twist");
        put(d, "generation_dataset_names", "");
        put(d, "always_save_checkpoint", false, "save_best_model", false, "eval_only", false, "tokenizer", "");
        put(d, "init_from", "scratch", "seed", 1337L, "finegrained_log_iters", 0L);
        put(d, "wandb_log", false, "wandb_project", "", "wandb_entity", "", "wandb_tags", "", "wandb_run_name", "");
        put(d, "batch_size", 128L, "max_seq_len", 256L, "vocab_source", "custom", "vocab_size", 8192L);
        put(d, "data_cache_dir", "data", "dataset_name", "", "eval_dataset_names", "", "split_shards_pretrain", false);
        put(d, "pretraining", true, "dim", 288L, "n_layers", 6L, "n_heads", 6L, "n_kv_heads", 6L, "multiple_of", 32L);
        put(
                d,
                "dropout",
                0.0,
                "lenses",
                false,
                "init_lens_with_unembed",
                false,
                "probes",
                false,
                "gradient_accumulation_steps",
                4L);
        put(d, "learning_rate", 5e-4, "lr_scheduling", true, "max_iters", 100_000L, "weight_decay", 0.1);
        put(d, "beta1", 0.9, "beta2", 0.95, "grad_clip", 1.0, "decay_lr", true, "warmup_iters", 1000L);
        put(d, "temperature", 1.0, "top_k", PythonLiteral.NONE, "device", "cpu", "dtype", "float32", "compile", false);
        put(d, "scaled_init", "w3");
        return d;
    }

    private static void put(Map<String, Object> map, Object... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
    }

    /**
     * Returns the original's defaults.
     *
     * @return the settings
     */
    public static StoriesConfig withDefaults() {
        return new StoriesConfig(DEFAULTS);
    }

    /**
     * Returns a copy with the settings of a file.
     *
     * @param file lines of {@code name = literal}, empty lines and comments
     * @return the copy
     * @throws RecordException with file and line, if a line is something else or sets what there is not
     */
    public StoriesConfig withFile(Path file) {
        List<String> lines = AtomicFiles.lines(file);
        StoriesConfig config = this;
        for (int i = 0; i < lines.size(); i++) {
            String line = PythonLiteral.withoutComment(lines.get(i)).strip();
            if (line.isEmpty()) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).strip();
            Object value = equals < 0 ? null : PythonLiteral.parse(line.substring(equals + 1));
            if (!key.matches("[A-Za-z_]\\w*") || value == null) {
                throw new RecordException(
                        file,
                        i + 1L,
                        "is '" + line
                                + "'; expected NAME = a number, a string in quotes, True, False or None, since nothing is "
                                + "executed");
            }
            try {
                config = config.with(key, value);
            } catch (IllegalArgumentException e) {
                throw new RecordException(file, i + 1L, e.getMessage());
            }
        }
        return config;
    }

    /**
     * Returns a copy with some settings changed; later ones win.
     *
     * @param overrides each {@code --name=value}, or the path of a configuration file
     * @return the copy
     */
    public StoriesConfig with(String... overrides) {
        StoriesConfig config = this;
        for (String o : overrides) {
            if (!o.startsWith("--")) {
                config = config.withFile(Path.of(o));
                continue;
            }
            int equals = o.indexOf('=');
            Arguments.check(equals > 2, "override", o, "--NAME=VALUE");
            String text = o.substring(equals + 1);
            Object value = PythonLiteral.parse(text);
            config = config.with(o.substring(2, equals), value == null ? text : value);
        }
        return config;
    }

    private StoriesConfig with(String key, Object value) {
        if (!DEFAULTS.containsKey(key)) {
            throw Arguments.unknown("setting", key, DEFAULTS.keySet());
        }
        Object was = DEFAULTS.get(key);
        Object now = was instanceof Double && value instanceof Long l ? Double.valueOf(l) : value;
        boolean fits = was == PythonLiteral.NONE ? now == was || now instanceof Long : now.getClass() == was.getClass();
        Arguments.check(fits, key, value, kind(was));
        Map<String, Object> changed = new LinkedHashMap<>(values);
        changed.put(key, now);
        return new StoriesConfig(changed);
    }

    private static String kind(Object value) {
        if (value instanceof Long) {
            return "a whole number";
        }
        if (value instanceof Double) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "True or False";
        }
        return value == PythonLiteral.NONE ? "a whole number or None" : "a text";
    }

    /** Returns the names of settings that were changed but change nothing here: those of a logging service and of other devices. */
    public List<String> withoutEffect() {
        return WITHOUT_EFFECT.stream()
                .filter(k -> !values.get(k).equals(DEFAULTS.get(k)))
                .toList();
    }

    /** Returns whether a model is to be measured and not trained. */
    public boolean evaluatesOnly() {
        return is("eval_only");
    }

    String text(String key) {
        return (String) values.get(key);
    }

    int count(String key) {
        return Math.toIntExact((Long) values.get(key));
    }

    double number(String key) {
        return (Double) values.get(key);
    }

    /** Returns a number that stands for the batch size where it is 0. */
    int orBatchSize(String key) {
        return count(key) == 0 ? count("batch_size") : Arguments.atLeast(key, count(key), 1);
    }

    /** Returns a whole number, 0 where it is None. */
    int countOrNone(String key) {
        return values.get(key) == PythonLiteral.NONE ? 0 : count(key);
    }

    boolean is(String key) {
        return (Boolean) values.get(key);
    }

    List<String> list(String key) {
        return Arrays.stream(text(key).split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
