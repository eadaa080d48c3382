package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * A grid of settings: a training for each combination of their values. Files are those of the original's {@code sweeps}: YAML with
 * {@code method: grid} and, below {@code parameters}, for each name {@code value: x}, {@code values: [x, y]} or a list of lines
 * {@code - x}. Values are literals; whatever else such a file says, as a service's program and command, is passed over, and other methods are
 * refused.
 *
 * @param values the values of each setting, at least one
 */
public record StoriesSweep(Map<String, List<String>> values) {
    /** Copies the values. */
    public StoriesSweep {
        Map<String, List<String>> all = new LinkedHashMap<>();
        values.forEach((name, some) -> all.put(name, List.copyOf(Arguments.notEmpty(name, some))));
        Arguments.check(!all.isEmpty(), "values", values, "at least one setting with its values");
        values = Collections.unmodifiableMap(all);
    }

    /**
     * Reads a sweep.
     *
     * @param file the file
     * @return the grid
     * @throws RecordException with file and line, if it is no grid of literals
     */
    public static StoriesSweep read(Path file) {
        return new Reader(file, AtomicFiles.lines(file)).read();
    }

    private static final class Reader {
        private final Path file;
        private final List<String> lines;
        private final Map<String, List<String>> all = new LinkedHashMap<>();
        private String name;
        private int depth;

        Reader(Path file, List<String> lines) {
            this.file = file;
            this.lines = lines;
        }

        StoriesSweep read() {
            boolean inside = false;
            for (int i = 0; i < lines.size(); i++) {
                String line = PythonLiteral.withoutComment(lines.get(i)).stripTrailing();
                if (line.isBlank()) {
                    continue;
                }
                int indent = line.length() - line.stripLeading().length();
                String text = line.strip();
                boolean item = text.startsWith("- ");
                if (indent == 0 && !item) {
                    inside = text.equals("parameters:");
                    if (text.startsWith("method:") && !text.substring(7).strip().equals("grid")) {
                        throw wrong(i, "is '" + text + "'; expected method: grid");
                    }
                } else if (inside) {
                    parameter(i, indent, text, item);
                }
            }
            if (all.isEmpty()) {
                throw new RecordException(
                        file, "has no parameters; expected 'parameters:' with settings and their values");
            }
            all.forEach((key, some) -> {
                if (some.isEmpty()) {
                    throw new RecordException(file, "parameter '" + key + "' has no values; expected value or values");
                }
            });
            return new StoriesSweep(all);
        }

        private void parameter(int i, int indent, String text, boolean item) {
            if (item) {
                add(i, text.substring(2));
            } else if (text.endsWith(":") && (name == null || indent <= depth)) {
                name = text.substring(0, text.length() - 1);
                depth = indent;
                all.put(name, new ArrayList<>());
            } else if (text.startsWith("value:")) {
                add(i, text.substring("value:".length()));
            } else if (text.startsWith("values:")) {
                String list = text.substring("values:".length()).strip();
                if (list.startsWith("[") && list.endsWith("]")) {
                    Arrays.stream(list.substring(1, list.length() - 1).split(","))
                            .forEach(v -> add(i, v));
                } else if (!list.isEmpty()) {
                    throw wrong(i, "is '" + text + "'; expected values: [x, y], or lines of - x below it");
                }
            } else {
                throw wrong(i, "is '" + text + "'; expected a setting's name, value, values or - x");
            }
        }

        private void add(int i, String value) {
            String text = value.strip();
            Object literal = PythonLiteral.parse(text);
            if (name == null || text.isEmpty() || literal == null && !text.matches("[A-Za-z0-9_./-]+")) {
                throw wrong(i, "has the value '" + text + "'; expected a literal below a setting's name");
            }
            all.get(name).add(literal instanceof String s ? s : text);
        }

        private RecordException wrong(int i, String problem) {
            return new RecordException(file, i + 1L, problem);
        }
    }

    /**
     * Returns the combinations, the last setting's values changing fastest.
     *
     * @return settings by name
     */
    public List<Map<String, String>> combinations() {
        List<Map<String, String>> all = new ArrayList<>(List.of(Map.of()));
        for (Map.Entry<String, List<String>> e : values.entrySet()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (Map<String, String> before : all) {
                for (String value : e.getValue()) {
                    Map<String, String> one = new LinkedHashMap<>(before);
                    one.put(e.getKey(), value);
                    longer.add(one);
                }
            }
            all = longer;
        }
        return all;
    }

    /**
     * Trains every combination, or what is missing of them, each in a folder of its own below {@code out_dir}.
     *
     * @param config the settings that all of them have
     * @return the runs, in the order of {@link #combinations}
     */
    public Population run(StoriesConfig config) {
        // A setting that there is not is told before anything is trained.
        List<StoriesConfig> configs = new ArrayList<>();
        List<Map<String, String>> combinations = combinations();
        for (int i = 0; i < combinations.size(); i++) {
            StoriesConfig one = config;
            for (Map.Entry<String, String> e : combinations.get(i).entrySet()) {
                one = one.with("--" + e.getKey() + "=" + e.getValue());
            }
            configs.add(one.with("--out_dir=" + Path.of(config.text("out_dir"), String.format("sweep-%03d", i))));
        }
        List<StoriesTraining> trainings =
                configs.stream().map(StoriesTraining::of).toList();
        List<RunFolder> runs = new ArrayList<>();
        trainings.forEach(t -> runs.addAll(t.train().runs()));
        return Population.of(runs);
    }

    /**
     * Returns the combinations as a table.
     *
     * @return a row for each, a column for each setting
     */
    public Table table() {
        Columns<Map<String, String>> columns = Columns.of("sweep", combinations());
        values.keySet().forEach(name -> columns.texts(name, c -> c.get(name)));
        return columns.table();
    }
}
