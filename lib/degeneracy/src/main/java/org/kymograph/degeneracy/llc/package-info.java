/** The local learning coefficient of a network at its parameters: estimates with their errors, what tells whether they can be trusted, sweeps and studies along a training. */
package org.kymograph.degeneracy.llc;
