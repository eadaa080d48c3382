package org.kymograph.states.figures;

/**
 * A rectangle of pixels, y downwards.
 *
 * @param x the centre
 * @param y the centre
 * @param width from left to right
 * @param height from top to bottom
 */
record Box(double x, double y, double width, double height) {
    boolean overlaps(Box other, double margin) {
        return Math.abs(x - other.x) < (width + other.width) / 2 + margin
                && Math.abs(y - other.y) < (height + other.height) / 2 + margin;
    }

    boolean contains(double px, double py, double margin) {
        return Math.abs(px - x) < width / 2 + margin && Math.abs(py - y) < height / 2 + margin;
    }

    double left() {
        return x - width / 2;
    }

    double right() {
        return x + width / 2;
    }

    double top() {
        return y - height / 2;
    }

    double bottom() {
        return y + height / 2;
    }
}
