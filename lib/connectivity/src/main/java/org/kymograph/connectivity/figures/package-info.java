/** Figures of gaps, clusters and curves, and how the lab's results are shown. */
package org.kymograph.connectivity.figures;
