package org.kymograph.degeneracy.modular;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.evaluate.Activations;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.TrainingListener;
import org.kymograph.train.loss.Loss;

/** Measures the networks of a training where its settings ask for it, and writes that into the runs' readings. */
final class ModularTracking implements TrainingListener {
    private static final String TRACKED = "modes";
    private static final String FRAMES = "frames";
    private static final String ACTIVATIONS = "activations";

    private final ModularExperiment settings;
    private final int track;
    private final int frame;
    private final Map<Long, Map<String, ReadingsWriter>> writers = new HashMap<>();
    private int epochSteps;
    private ObjectiveSession train;
    private ObjectiveSession test;

    ModularTracking(ModularExperiment settings) {
        this.settings = settings;
        track = settings.every(settings.trackTimes());
        frame = settings.every(settings.frameTimes());
    }

    @Override
    public void onOpen(Experiment experiment, List<RunFolder> runs) {
        runs.stream().filter(RunFolder::isComplete).forEach(this::checkTracked);
    }

    // What a run was between its checkpoints can't be tracked once it is done.
    private void checkTracked(RunFolder run) {
        Readings readings = Readings.of(run);
        ObjectNode asked = ModularFile.tree(settings);
        ObjectNode made = readings.names().contains(TRACKED) ? readings.settings(TRACKED) : Json.object();
        List<String> fields = new ArrayList<>();
        if (settings.magnitude()) {
            fields.add("magnitude");
        }
        if (settings.ablationFourier() || settings.ablationEmbed()) {
            fields.addAll(List.of("ablation_fourier", "ablation_embed"));
        }
        if (!fields.isEmpty()) {
            fields.add("track_times");
        }
        if (settings.saveActivations() && !readings.names().contains(ACTIVATIONS)) {
            fields.add("save_activations");
        }
        for (String field : fields) {
            if (!asked.get(field).equals(made.path(field))) {
                throw new RecordException(
                        run.path(),
                        "is done, with " + field + " " + (made.has(field) ? made.get(field) : "not given")
                                + "; expected "
                                + asked.get(field)
                                + ": what was not tracked during a training can't be tracked any more; train under another name");
            }
        }
    }

    @Override
    public void onStart(Start start) {
        epochSteps = start.epochSteps();
        if (train == null) {
            Split split = settings.task().sample(0);
            train = Objective.of(settings.network(), Loss.CROSS_ENTROPY, split.train())
                    .open();
            test = split.test().size() == 0
                    ? null
                    : Objective.of(settings.network(), Loss.CROSS_ENTROPY, split.test())
                            .open();
        }
        for (RunFolder run : start.runs()) {
            Map<String, ReadingsWriter> own = new HashMap<>();
            own.put(TRACKED, writer(run, TRACKED));
            if (settings.movie()) {
                own.put(FRAMES, writer(run, FRAMES));
            }
            if (settings.saveActivations()) {
                own.put(ACTIVATIONS, writer(run, ACTIVATIONS));
            }
            writers.put(run.seed(), own);
        }
    }

    // Replaced where it was made with other settings: the label and the number of events are not the run's own.
    private ReadingsWriter writer(RunFolder run, String name) {
        return Readings.of(run).replace(name, ModularFile.tree(settings));
    }

    @Override
    public boolean wantsParameters(long step) {
        return step == settings.nBatches() || step % track == 0 || settings.movie() && step % frame == 0;
    }

    @Override
    public void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {
        boolean last = step == settings.nBatches();
        if (last || step % track == 0) {
            track(seeds, step, parameters);
        }
        for (int r = 0; r < seeds.length; r++) {
            Map<String, ReadingsWriter> own = writers.get(seeds[r]);
            if (settings.movie()
                    && (last || step % frame == 0)
                    && !own.get(FRAMES).has(step)) {
                Tensor embedding = parameters.get(r).toTensors().get("embedding.weight");
                own.get(FRAMES)
                        .at(step, (double) step / epochSteps)
                        .tensors(Map.of("embedding.weight", Tensor.of(embedding.toFloats(), embedding.shape())))
                        .write();
            }
            if (settings.saveActivations() && last && !own.get(ACTIVATIONS).has(step)) {
                Dataset all = settings.task().all();
                String point = "mlp_out.0";
                own.get(ACTIVATIONS)
                        .at(step, (double) step / epochSteps)
                        .tensors(Map.of(
                                point,
                                Activations.of(settings.network(), parameters.get(r), all, point)
                                        .get(point)))
                        .write();
            }
        }
    }

    private void track(long[] seeds, long step, List<ParameterVector> parameters) {
        double[] trainLosses = train.meanLosses(parameters);
        double[] trainAccuracies = train.accuracies(parameters);
        double[] testLosses = test == null ? null : test.meanLosses(parameters);
        double[] testAccuracies = test == null ? null : test.accuracies(parameters);
        for (int r = 0; r < seeds.length; r++) {
            ReadingsWriter out = writers.get(seeds[r]).get(TRACKED);
            if (out.has(step)) {
                continue;
            }
            ParameterVector w = parameters.get(r);
            ReadingsWriter.Line line = out.at(step, (double) step / epochSteps)
                    .value("train_loss", trainLosses[r])
                    .value("test_loss", test == null ? Double.NaN : testLosses[r])
                    .value("train_accuracy", trainAccuracies[r])
                    .value("test_accuracy", test == null ? Double.NaN : testAccuracies[r])
                    .value("weight_norm", w.norm());
            double[][] embedding = Embeddings.of(w);
            if (settings.magnitude()) {
                double[] magnitudes = FourierModes.magnitudes(embedding);
                for (int k = 0; k < magnitudes.length; k++) {
                    line.value("magnitude_" + k, magnitudes[k]);
                }
            }
            if (test != null && (settings.ablationFourier() || settings.ablationEmbed())) {
                double[] alone = test.meanLosses(alone(w, embedding));
                for (int k = 1; k <= alone.length; k++) {
                    line.value("keep_" + k, alone[k - 1]);
                }
            }
            line.write();
        }
    }

    // The network with one mode alone, for each from 1 to p/2.
    private List<ParameterVector> alone(ParameterVector w, double[][] embedding) {
        List<ParameterVector> out = new ArrayList<>();
        for (int k = 1; k <= settings.p() / 2; k++) {
            out.add(Embeddings.with(
                    w,
                    settings.ablationFourier()
                            ? FourierModes.keepOnly(embedding, k)
                            : FourierModes.keepOnlyDirections(embedding, k)));
        }
        return out;
    }

    @Override
    public void onEnd() {
        writers.values().forEach(own -> own.values().forEach(ReadingsWriter::close));
        writers.clear();
        if (train != null) {
            train.close();
        }
        if (test != null) {
            test.close();
        }
        train = null;
        test = null;
    }
}
