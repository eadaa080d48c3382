package org.kymograph.cli.train;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.cli.HelpSections;
import org.kymograph.cli.Words;
import org.kymograph.degeneracy.figures.ModeFigures;
import org.kymograph.degeneracy.figures.ModeMovie;
import org.kymograph.degeneracy.modular.Embeddings;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularMlp;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Notebook;
import org.kymograph.notebook.Page;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.Table;

/** {@code kymograph train modular-mlp}. */
@Command(
        name = "modular-mlp",
        modelTransformer = TrainModularMlpCommand.Fields.class,
        description = {
            "Addition modulo p, or a random table, learned by a network with one hidden layer.",
            "Adam with coupled weight decay, batches drawn with replacement. Presets: example1 and example2 (the published examples), "
                    + "sweep2023 and checkpoints2023 (the settings of 2023), defaults (those of the original program). Modes, losses and the "
                    + "movie's embeddings are tracked in each run's readings; params.json and the pictures lie in the run's folder."
        })
final class TrainModularMlpCommand implements Callable<Integer>, HelpSections.Presets {
    /** The settings to start from. */
    enum Preset {
        EXAMPLE1,
        EXAMPLE2,
        SWEEP2023,
        CHECKPOINTS2023,
        DEFAULTS;

        ModularExperiment settings() {
            return switch (this) {
                case EXAMPLE1 -> ModularExperiment.example1();
                case EXAMPLE2 -> ModularExperiment.example2();
                case SWEEP2023 -> ModularExperiment.sweep2023(53, 32, 8);
                case CHECKPOINTS2023 -> ModularExperiment.checkpoints2023();
                case DEFAULTS -> ModularExperiment.withDefaults();
            };
        }
    }

    /** Adds an option for each setting, named as in parameter files, with dashes. */
    static final class Fields implements IModelTransformer {
        private static final Map<String, String> DESCRIPTIONS = new LinkedHashMap<>();

        static {
            DESCRIPTIONS.put("p", "The modulus.");
            DESCRIPTIONS.put("trainFrac", "The share of the pairs to learn from.");
            DESCRIPTIONS.put("hiddenSize", "Hidden units.");
            DESCRIPTIONS.put("lr", "Learning rate.");
            DESCRIPTIONS.put("batchSize", "Pairs in a batch.");
            DESCRIPTIONS.put("embedDim", "Width of the embedding.");
            DESCRIPTIONS.put("tieUnembed", "Whether the embedding is the unembedding too.");
            DESCRIPTIONS.put("weightDecay", "Weight decay.");
            DESCRIPTIONS.put("movie", "Whether to make a movie of the modes, modes.gif.");
            DESCRIPTIONS.put("magnitude", "Whether to track the modes' magnitudes.");
            DESCRIPTIONS.put("ablationFourier", "Whether to track the test loss with each mode alone.");
            DESCRIPTIONS.put("ablationEmbed", "The same with projections in the space of the embedding.");
            DESCRIPTIONS.put("nBatches", "Steps.");
            DESCRIPTIONS.put("trackTimes", "Tracked events.");
            DESCRIPTIONS.put("printTimes", "Lines of metrics.");
            DESCRIPTIONS.put("frameTimes", "Frames of the movie.");
            DESCRIPTIONS.put("freezeMiddle", "Whether only the embedding (and an untied last layer) learns.");
            DESCRIPTIONS.put("scaleLinear1Factor", "Factor on the initial weights of the first layer.");
            DESCRIPTIONS.put("scaleEmbed", "Factor on the initial embedding.");
            DESCRIPTIONS.put("saveActivations", "Whether to keep what the last layer gives for all pairs at the end.");
            DESCRIPTIONS.put("linear1Tied", "Whether both numbers go through one projection.");
            DESCRIPTIONS.put("runId", "A label for params.json; seeds nothing.");
            DESCRIPTIONS.put("randomSeed", "Deals out the pairs and makes random labels.");
            DESCRIPTIONS.put("useRandomDataset", "Whether labels are random.");
            DESCRIPTIONS.put("nSaveModelCheckpoints", "Checkpoints beside that of the end.");
            DESCRIPTIONS.put("doVizWeightsModes", "Whether to draw the circles of the final embedding.");
            DESCRIPTIONS.put("numNoWeightDecaySteps", "Last steps without weight decay.");
            DESCRIPTIONS.put("activation", "gelu, relu or quad.");
        }

        @Override
        public CommandSpec transform(CommandSpec command) {
            for (var component : ModularExperiment.class.getRecordComponents()) {
                String description = DESCRIPTIONS.get(component.getName());
                if (description != null) {
                    command.addOption(option(component.getName(), component.getType(), description));
                }
            }
            return command;
        }

        private static OptionSpec option(String setting, Class<?> type, String description) {
            Class<?> boxed = type == int.class
                    ? Integer.class
                    : type == long.class
                            ? Long.class
                            : type == double.class
                                    ? Double.class
                                    : type == boolean.class ? Boolean.class : String.class;
            String label = boxed == Double.class
                    ? "X"
                    : boxed == Boolean.class ? "true|false" : boxed == String.class ? "NAME" : "N";
            return OptionSpec.builder(dashed(setting))
                    .type(boxed)
                    .arity("1")
                    .paramLabel(label)
                    .description(description)
                    .build();
        }

        private static String dashed(String setting) {
            return "--" + setting.replaceAll("([A-Z]|\\d+)", "-$1").toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    CommandSpec command;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Whose settings hold where none are given: example1 (the default), example2, sweep2023, checkpoints2023 or defaults.")
    String preset;

    @Option(
            names = "--params",
            paramLabel = "FILE",
            description =
                    "A parameter file of the original whose settings hold where none are given, instead of a preset.")
    Path params;

    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "LIST",
            defaultValue = "0",
            description =
                    "Seeds of the initial parameters and batches: numbers and ranges, such as 0-11 or 0,3,5-7 (default ${DEFAULT-VALUE}).")
    String seeds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description =
                    "The folder of this experiment's runs, such as runs/modular, whose last part is the experiment's name.")
    Path out;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Stacks that train at the same time (default: one per core).")
    Integer workers;

    @Option(
            names = "--stack-size",
            paramLabel = "N",
            description = "Most runs in a stack (default: what a core's cache holds).")
    Integer stackSize;

    @Override
    public Map<String, Map<String, String>> defaults() {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        for (Preset one : Preset.values()) {
            Map<String, String> own = new LinkedHashMap<>();
            ModularExperiment settings = one.settings();
            for (String setting : Fields.DESCRIPTIONS.keySet()) {
                own.put(
                        Fields.dashed(setting),
                        value(settings, setting).toString().toLowerCase(Locale.ROOT));
            }
            all.put(Words.of(one), own);
        }
        return all;
    }

    private static Object value(ModularExperiment settings, String setting) {
        try {
            return ModularExperiment.class.getMethod(setting).invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Integer call() {
        TrainingOptions.onlyOne("--preset", preset, "--params", params);
        long[] all = TrainingOptions.seeds(seeds);
        Path folder = TrainingOptions.folder(out);
        ModularExperiment settings = settings();
        Trainer trainer =
                Trainer.of(settings.experiment().withName(folder.getFileName().toString()));
        trainer = workers == null ? trainer : trainer.withWorkers(Arguments.atLeast("--workers", workers, 1));
        Trainer ready =
                stackSize == null ? trainer : trainer.withStackSize(Arguments.atLeast("--stack-size", stackSize, 1));
        Population trained = settings.train(ready, folder.getParent(), all);
        PrintWriter print = command.commandLine().getOut();
        print.println(Notebook.bundle(trained).get("text/plain"));
        int failed = 0;
        for (RunFolder run : trained.runs()) {
            if (run.failure() != null) {
                command.commandLine().getErr().println("kymograph: " + run.id() + " failed: " + run.failure());
                failed++;
                continue;
            }
            settings.write(run.path().resolve("params.json"));
            draw(settings, run);
        }
        print.println("The runs are in " + folder + ".");
        print.flush();
        return failed == 0 ? 0 : 1;
    }

    private ModularExperiment settings() {
        ModularExperiment settings = params != null
                ? ModularExperiment.read(params)
                : Words.named(Preset.class, "--preset", preset == null ? "example1" : preset)
                        .settings();
        for (String setting : Fields.DESCRIPTIONS.keySet()) {
            Object given = command.findOption(Fields.dashed(setting)).getValue();
            if (given != null) {
                settings = Copies.with(
                        settings,
                        setting,
                        setting.equals("activation")
                                ? Words.named(ModularMlp.Activation.class, "--activation", (String) given)
                                : given);
            }
        }
        return settings;
    }

    private static void draw(ModularExperiment settings, RunFolder run) {
        ModularRun opened = ModularRun.of(run);
        List<Object> shown = new ArrayList<>();
        if (settings.doVizWeightsModes()) {
            shown.add(ModeFigures.circles(Embeddings.of(opened.parameters(opened.last()))));
        }
        Table tracked = Readings.of(run).table("modes");
        if (settings.magnitude()) {
            shown.add(ModeFigures.magnitudes(tracked));
        }
        if (tracked.columnNames().contains("keep_1")) {
            shown.add(ModeFigures.ablations(tracked));
        }
        if (!shown.isEmpty()) {
            Page.write(run.path().resolve("modes.html"), "Fourier modes of " + run.id(), shown);
        }
        if (settings.movie()) {
            ModeMovie.of(opened).write(run.path().resolve("modes.gif"));
        }
    }
}
