/** The published accuracies of 100 fine-tuned BERTs, and what the clusters found in them say of how they generalise. */
package org.kymograph.connectivity.berts;
