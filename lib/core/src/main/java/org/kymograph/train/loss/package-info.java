/** Losses: what training minimises, for samples and for positions of samples. */
package org.kymograph.train.loss;
