/** Permuting the hidden units of one network so that it lies near another. */
package org.kymograph.connectivity.align;
