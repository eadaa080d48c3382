/**
 * Samplers of the tempered density exp(−nβ·L(w) − prior(w)) around given parameters. A sampler is one step; its dynamics, the estimate of the
 * gradient and the data are apart.
 */
package org.kymograph.degeneracy.sampling;
