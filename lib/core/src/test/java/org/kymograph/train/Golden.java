package org.kymograph.train;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;

/** Reading of golden files, and networks that start where they say. */
final class Golden {
    private Golden() {}

    /** A stackable network that starts from given parameters, whatever the seed. */
    record Started(Network network, Map<String, Tensor> start) implements Network {
        @Override
        public String name() {
            return "started";
        }

        @Override
        public Object setting() {
            return Map.of();
        }

        @Override
        public boolean stackable() {
            return true;
        }

        @Override
        public Block single(NDManager manager, Shape inputShape, long seed) {
            Block block = network.single(manager, inputShape, seed);
            trained().restore(block);
            return block;
        }

        @Override
        public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
            Block block = network.stack(manager, inputShape, seeds);
            for (int run = 0; run < seeds.length; run++) {
                trained().restore(block, run);
            }
            return block;
        }

        private ParameterVector trained() {
            Map<String, Tensor> trained = new LinkedHashMap<>(start);
            trained.keySet().removeIf(k -> k.contains("running"));
            return ParameterVector.of(trained);
        }
    }

    /** Trains runs in one stack, also where their networks' sizes would let a trainer train one after the other. */
    static List<RunFolder> stack(Experiment e, Path root, long... seeds) {
        List<RunFolder> runs = Arrays.stream(seeds)
                .mapToObj(s -> RunFolder.openOrCreate(root, e.name(), s, e.setting()))
                .toList();
        try {
            new Loop(
                            e,
                            runs,
                            runs.stream().map(r -> e.task().sample(r.seed())).toList(),
                            true,
                            List.of(),
                            (n, losses, note) -> {},
                            new AtomicBoolean())
                    .call();
        } finally {
            runs.forEach(RunFolder::close);
        }
        return runs.stream().map(r -> RunFolder.open(r.path())).toList();
    }

    static Map<String, Tensor> tensors(JsonNode state) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        state.properties()
                .forEach(e -> out.put(
                        e.getKey(),
                        Tensor.of(
                                doubles(e.getValue().get("values")),
                                longs(e.getValue().get("shape")))));
        return out;
    }

    static double[] doubles(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    static float[] floats(JsonNode array) {
        double[] d = doubles(array);
        float[] f = new float[d.length];
        for (int i = 0; i < d.length; i++) {
            f[i] = (float) d[i];
        }
        return f;
    }
}
