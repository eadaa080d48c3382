/** The curvature of a network's loss at its weights: eigenvalues, trace and density of the Hessian, whole or of a part. */
package org.kymograph.degeneracy.curvature;
