/** Transformers written by hand that compute a known program, and what fine-tuning makes of them. */
package org.kymograph.stories.tracr;
