/** Llama's decoder-only language model, small enough to be trained here. */
package org.kymograph.model.llama;
