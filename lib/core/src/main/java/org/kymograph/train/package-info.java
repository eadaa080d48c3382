/** The training loop: settings, what is measured when, resuming, many runs at once. */
package org.kymograph.train;
