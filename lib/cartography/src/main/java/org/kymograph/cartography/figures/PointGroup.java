package org.kymograph.cartography.figures;

/**
 * Points of a cloud that look the same and share an entry of the legend.
 *
 * @param name the entry
 * @param colour as {@code #rrggbb}
 * @param symbol plotly's name of a marker
 * @param points which points of the cloud, rising
 */
record PointGroup(String name, String colour, String symbol, int[] points) {}
