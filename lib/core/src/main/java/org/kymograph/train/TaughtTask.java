package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.data.Augmentation;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.TensorFile;

/** See {@link StartingPoint#teaching}. */
final class TaughtTask implements Task {
    private final Task task;
    private final Network network;
    private final StartingPoint teacher;
    private final int batch;
    // The last that was made, for seeds that share data and teacher.
    private Split from;
    private Split taught;

    TaughtTask(Task task, Network network, StartingPoint teacher, int batch) {
        this.task = task;
        this.network = network;
        this.teacher = teacher;
        this.batch = batch;
    }

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object().setAll((ObjectNode) Json.tree(task.setting()));
        all.set("teacher", teacher.setting().put("network", network.name()).put("batch", batch));
        return all;
    }

    @Override
    public Augmentation augmentation() {
        return task.augmentation();
    }

    // A task that all seeds share gives the same object again.
    @Override
    @SuppressWarnings("ReferenceEquality")
    public synchronized Split sample(long seed) {
        Split split = task.sample(seed);
        if (!teacher.isShared() || split != from) {
            Dataset train = split.train();
            try (TensorFile old = teacher.open(seed)) {
                taught = new Split(train.withSideBefore(Outputs.of(network, old, train, batch)), split.test());
            }
            from = split;
        }
        return taught;
    }
}
