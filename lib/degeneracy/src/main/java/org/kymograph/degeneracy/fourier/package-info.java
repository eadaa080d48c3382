/** Fourier modes of embeddings and logits over the residues modulo p: magnitudes, ablations, circles, progress measures. */
package org.kymograph.degeneracy.fourier;
