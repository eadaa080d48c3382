package org.kymograph.model.bert;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Map;
import org.kymograph.model.Network;
import org.kymograph.model.weights.WeightRoles;

/** See {@link BertClassifier#pooled()}. */
record BertPooled(BertClassifier bert) implements Network {
    @Override
    public String name() {
        return "bert-pooled";
    }

    @Override
    public Object setting() {
        return bert.setting();
    }

    @Override
    public WeightRoles roles(Map<String, long[]> shapes) {
        return bert.roles(shapes);
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return bert.pooled(manager, inputShape, seed);
    }
}
