package org.kymograph.cartography.experts;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.model.Network;
import org.kymograph.record.files.Json;

/** An encoder with a gate and two experts. */
record GatedExpertsNetwork(Network encoder, int outputs, double dropout) implements Network {
    @Override
    public String name() {
        return "hct";
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object();
        all.putObject("encoder").put("name", encoder.name()).setAll((ObjectNode) Json.tree(encoder.setting()));
        return all.put("outputs", outputs).put("dropout", dropout);
    }

    @Override
    public boolean stackable() {
        return encoder.stackable() && dropout == 0;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new GatedExpertsBlock(
                this, encoder.single(manager, inputShape, seed), manager, inputShape, new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        if (!stackable()) {
            throw new UnsupportedOperationException(
                    "dropout " + dropout + " or the encoder " + encoder.name() + ": this network can't be stacked");
        }
        return new GatedExpertsBlock(this, encoder.stack(manager, inputShape, seeds), manager, inputShape, seeds, true);
    }
}
