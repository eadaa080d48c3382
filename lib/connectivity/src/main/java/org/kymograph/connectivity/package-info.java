/**
 * Which trained networks share a basin of the loss: barriers along paths between them, clusters of a population, planes, sharpness,
 * alignment and merging (Juneja et al., "Linear Connectivity Reveals Generalization Strategies", ICLR 2023).
 */
package org.kymograph.connectivity;
