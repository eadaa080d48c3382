/** Spectral clusters of a population by its gaps, the evidence for them, and what they say of the models' behaviour. */
package org.kymograph.connectivity.cluster;
