/** Statistics of weights: norms, singular values and distributions of tensors, and which of them are weights and biases. */
package org.kymograph.model.weights;
