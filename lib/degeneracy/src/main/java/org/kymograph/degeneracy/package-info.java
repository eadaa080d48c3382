/**
 * How degenerate a network's loss is near its parameters: the local learning coefficient sampled along a training, Fourier modes and
 * circuits of networks that add modulo p, curvature, influence.
 */
package org.kymograph.degeneracy;
