package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What is measured of one tensor, by the number of its axes. */
public sealed interface TensorStatistics
        permits MatrixStatistics, TensorStatistics.Stack, ConvStatistics, VectorStatistics {

    /** Returns the numbers by name; one that is not finite is null. */
    ObjectNode toJson();

    /**
     * The statistics of a tensor of three axes, such as the stacked heads of an attention layer.
     *
     * @param slices one for each index of the leading axis
     */
    record Stack(List<MatrixStatistics> slices) implements TensorStatistics {
        /** Keeps a copy. */
        public Stack {
            slices = List.copyOf(slices);
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode array = json.putArray("slices");
            slices.forEach(slice -> array.add(slice.toJson()));
            return json;
        }
    }

    /**
     * Returns that number, or null if it isn't finite: JSON has neither NaN nor infinity.
     *
     * @param value any number
     * @return that number, or null if it isn't finite: JSON has neither NaN nor infinity
     */
    static JsonNode number(double value) {
        return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
    }
}
