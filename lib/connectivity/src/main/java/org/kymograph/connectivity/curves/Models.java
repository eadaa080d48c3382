package org.kymograph.connectivity.curves;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * The models of a population: their names, and where their parameters are read from. Nothing is held in memory. Immutable.
 */
public final class Models {
    private static final Set<String> ENDINGS = Set.of("safetensors", "pt", "pth", "bin", "ckpt");

    /**
     * A model.
     *
     * @param name its name
     * @param origin what tells its parameters from others of that name
     * @param file opens its tensors; null if it is held as a vector
     * @param vector its parameters; null if it is a file
     */
    private record Model(String name, String origin, Supplier<TensorFile> file, ParameterVector vector) {}

    private final List<Model> models;

    private Models(List<Model> models) {
        Set<String> names = new HashSet<>();
        for (Model m : models) {
            Arguments.check(names.add(m.name), "models", "two of the name " + m.name, "each name once");
        }
        this.models = List.copyOf(models);
    }

    /**
     * Returns models whose parameters are at hand.
     *
     * @param vectors the parameters by the models' names, in order
     * @return the models
     */
    public static Models of(Map<String, ParameterVector> vectors) {
        List<Model> all = new ArrayList<>();
        vectors.forEach(
                (name, v) -> all.add(new Model(name, Tensor.checksum(Tensor.of(v.toArray(), v.size())), null, v)));
        return new Models(all);
    }

    /**
     * Returns the trained networks of runs, at their last checkpoints.
     *
     * @param runs runs with checkpoints
     * @return the models, named by their seeds, or by the runs' ids where seeds are not different
     */
    public static Models of(Population runs) {
        return of(runs, -1);
    }

    /**
     * Returns the networks of runs at one step.
     *
     * @param runs runs that have a checkpoint of that step
     * @param step the step; −1 for the last of each run
     * @return the models, named by their seeds, or by the runs' ids where seeds are not different
     */
    public static Models of(Population runs, long step) {
        boolean seeds = runs.runs().stream().map(RunFolder::seed).distinct().count()
                == runs.runs().size();
        List<Model> all = new ArrayList<>();
        for (RunFolder run : runs.runs()) {
            Arguments.check(!run.checkpointSteps().isEmpty(), "runs", run, "runs with checkpoints");
            long at = step < 0 ? run.lastCheckpointStep() : step;
            all.add(new Model(
                    seeds ? Long.toString(run.seed()) : run.id(),
                    run.id() + " step " + at,
                    () -> run.checkpoint(at),
                    null));
        }
        return new Models(all);
    }

    /**
     * Returns models from files and folders: run folders and folders of runs (their last checkpoints), files of tensors
     * (safetensors, or PyTorch's .pt, .pth, .bin and .ckpt), folders of Hugging Face whether in one file or several, and folders
     * of any of these, by name.
     *
     * @param paths files and folders
     * @return the models, named like the files without their endings, or like their folders
     * @throws RecordException if one of them holds no model
     */
    public static Models open(List<Path> paths) {
        List<Model> all = new ArrayList<>();
        for (Path path : paths) {
            int before = all.size();
            add(path, all, true);
            if (all.size() == before) {
                throw new RecordException(
                        path, "holds no model; expected a run, a file of tensors or a folder of either");
            }
        }
        return new Models(all);
    }

    /**
     * Returns the models in a folder, as {@link #open(List)} finds them.
     *
     * @param folder a folder
     * @return the models
     */
    public static Models open(Path folder) {
        return open(List.of(folder));
    }

    private static void add(Path path, List<Model> all, boolean inside) {
        if (Files.isRegularFile(path)) {
            String file = String.valueOf(path.getFileName());
            int dot = file.lastIndexOf('.');
            if (inside || dot > 0 && ENDINGS.contains(file.substring(dot + 1))) {
                all.add(file(dot > 0 ? file.substring(0, dot) : file, path));
            }
            return;
        }
        Folder found = Folder.of(path);
        if (found.runs != null) {
            all.addAll(of(found.runs).models);
        } else if (found.weights != null) {
            all.add(file(String.valueOf(path.toAbsolutePath().getFileName()), path));
        } else if (inside) {
            AtomicFiles.list(path).stream()
                    .sorted(Comparator.comparing(
                            entry -> entry.getFileName().toString().length()))
                    .forEach(entry -> add(entry, all, false));
        }
    }

    /** What a folder is: runs, weights of one model, or neither. */
    private record Folder(Population runs, Path weights) {
        static Folder of(Path folder) {
            List<RunFolder> runs = RunFolder.list(folder);
            return new Folder(
                    runs.isEmpty() ? null : Population.of(runs),
                    runs.isEmpty() ? TensorFile.weightsIn(folder).orElse(null) : null);
        }
    }

    private static Model file(String name, Path path) {
        Path weights = Files.isDirectory(path) ? TensorFile.weightsIn(path).orElse(path) : path;
        BasicFileAttributes about = AtomicFiles.attempt(
                weights, "can't be read", () -> Files.readAttributes(weights, BasicFileAttributes.class));
        String origin = weights.getFileName() + ", " + about.size() + " bytes of " + about.lastModifiedTime();
        return new Model(name, origin, () -> TensorFile.open(path), null);
    }

    /** Returns the models' names. */
    public List<String> names() {
        return models.stream().map(Model::name).toList();
    }

    /** Returns the number of models. */
    public int size() {
        return models.size();
    }

    /** Returns what tells the parameters of each model from others of its name. */
    Map<String, String> origins() {
        Map<String, String> origins = new LinkedHashMap<>();
        models.forEach(m -> origins.put(m.name, m.origin));
        return origins;
    }

    /**
     * Returns some of the models.
     *
     * @param names their names, in the order wanted
     * @return these models
     * @throws IllegalArgumentException if a name is unknown
     */
    public Models select(List<String> names) {
        return new Models(names.stream().map(this::named).toList());
    }

    private Model named(String name) {
        return models.stream()
                .filter(m -> m.name.equals(name))
                .findFirst()
                .orElseThrow(() -> Arguments.unknown("model", name, names()));
    }

    /**
     * Reads the parameters of a model.
     *
     * @param name the model's name
     * @param like a vector with the segments of the network, such as {@code objective.initial(0)}
     * @return the parameters; other tensors of the file are left out
     * @throws RecordException if a tensor is missing, or has another shape or no floating-point numbers
     */
    public ParameterVector load(String name, ParameterVector like) {
        Model model = named(name);
        if (model.vector != null) {
            return like.sameSegments(model.vector);
        }
        try (TensorFile file = model.file.get()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Segment s : like.segments()) {
                check(file, s.name(), s.shape());
                tensors.put(s.name(), file.read(s.name()));
            }
            return ParameterVector.of(tensors);
        }
    }

    /** Refuses a file that lacks a tensor of the network, or has one of another shape or of no floating-point numbers. */
    static void check(TensorFile file, String name, List<Long> shape) {
        if (!file.names().contains(name)) {
            throw new RecordException(file.path(), "has no tensor '" + name + "', which the network has");
        }
        long[] found = file.shape(name);
        if (!Arrays.stream(found).boxed().toList().equals(shape)) {
            throw new RecordException(
                    file.path(),
                    "has the tensor '" + name + "' of shape " + Arrays.toString(found) + "; expected " + shape
                            + ", as the network has");
        }
        if (!file.dtype(name).isFloatingPoint()) {
            throw new RecordException(
                    file.path(),
                    "has the tensor '" + name + "' of type " + file.dtype(name) + "; expected floating-point numbers");
        }
    }

    /** Opens the file of a model, which must have one. */
    TensorFile open(String name) {
        return named(name).file.get();
    }

    /** Returns how many numbers the file of the largest model has; 0 if a model is a vector. */
    long most() {
        long most = 0;
        for (Model model : models) {
            if (model.file == null) {
                return 0;
            }
            try (TensorFile file = model.file.get()) {
                long size = file.names().stream()
                        .mapToLong(n -> LongStream.of(file.shape(n)).reduce(1, (a, b) -> a * b))
                        .sum();
                most = Math.max(most, size);
            }
        }
        return most;
    }

    /**
     * Reads the parameters of all models.
     *
     * @param objective the objective of their network
     * @return the parameters by the models' names, in order; all are held in memory
     * @throws RecordException if a tensor is missing or has another shape or type
     */
    public Map<String, ParameterVector> vectors(Objective objective) {
        ParameterVector like = objective.initial(0);
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        names().forEach(name -> vectors.put(name, load(name, like)));
        return vectors;
    }

    /**
     * Returns the share of an objective's samples that each model gets right.
     *
     * @param objective the network, its loss and the samples, such as those of a test out of distribution
     * @return an accuracy a model
     */
    public double[] accuracies(Objective objective) {
        return evaluate(objective, ObjectiveSession::accuracies);
    }

    /**
     * Returns the mean loss of each model.
     *
     * @param objective the network, its loss and the samples
     * @return a loss a model
     */
    public double[] losses(Objective objective) {
        return evaluate(objective, ObjectiveSession::meanLosses);
    }

    private double[] evaluate(
            Objective objective, BiFunction<ObjectiveSession, List<ParameterVector>, double[]> number) {
        ParameterVector like = objective.initial(0);
        double[] numbers = new double[size()];
        try (ObjectiveSession session = objective.open()) {
            int chunk = Math.max(1, session.stackSize());
            for (int from = 0; from < numbers.length; from += chunk) {
                List<ParameterVector> some = names().subList(from, Math.min(from + chunk, numbers.length)).stream()
                        .map(name -> load(name, like))
                        .toList();
                double[] values = number.apply(session, some);
                System.arraycopy(values, 0, numbers, from, values.length);
            }
        }
        return numbers;
    }

    /**
     * Returns the models as a table.
     *
     * @return columns {@code model} and {@code origin}
     */
    public Table table() {
        return Columns.of("models", models)
                .texts("model", Model::name)
                .texts("origin", Model::origin)
                .table();
    }
}
