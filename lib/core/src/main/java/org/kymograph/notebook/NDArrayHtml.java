package org.kymograph.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;

/** An array as HTML: its shape, its type and the first corner of its values, never all of a large one. */
final class NDArrayHtml {
    private static final int CORNER = 8;

    private NDArrayHtml() {}

    static Map<String, String> bundle(NDArray array) {
        String head = array.isReleased()
                ? "NDArray (closed)"
                : "NDArray " + array.getShape() + " " + array.getDataType()
                        + (array.getName() == null ? "" : " " + array.getName());
        String closed = "<div class=\"kymograph-array\">" + head + "</div>";
        return Renderers.bundle(array.isReleased() ? closed : html(array, head), head);
    }

    private static String html(NDArray array, String head) {
        long[] shape = array.getShape().getShape();
        if (array.size() == 0) {
            return TableHtml.html(head, null, new boolean[0], new String[0][], 0, "");
        }
        int rows = (int) Math.min(CORNER, shape.length < 2 ? 1 : shape[shape.length - 2]);
        int columns = (int) Math.min(CORNER, shape.length < 1 ? 1 : shape[shape.length - 1]);
        double[] values = corner(array, shape, rows, columns);
        String[][] cells = new String[columns][];
        boolean[] right = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            int at = c;
            double[] column = Columns.numbers(rows, r -> values[r * columns + at]);
            cells[c] = array.getDataType() == DataType.BOOLEAN
                    ? IntStream.range(0, rows)
                            .mapToObj(r -> String.valueOf(column[r] != 0))
                            .toArray(String[]::new)
                    : Numbers.column(column);
            right[c] = true;
        }
        long more = array.size() - (long) rows * columns;
        return TableHtml.html(head, null, right, cells, rows, more == 0 ? "" : TableHtml.more(more, "value"));
    }

    /** The first values along the last two axes, at the start of all others. */
    private static double[] corner(NDArray array, long[] shape, int rows, int columns) {
        NDIndex index = new NDIndex();
        for (int axis = 0; axis < shape.length - 2; axis++) {
            index.addIndices(0);
        }
        if (shape.length > 1) {
            index.addSliceDim(0, rows);
        }
        if (shape.length > 0) {
            index.addSliceDim(0, columns);
        }
        try (NDArray part = shape.length == 0 ? array.duplicate() : array.get(index);
                NDArray wide = part.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }
}
