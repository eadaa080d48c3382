/** Curved paths of low loss between models that no straight one connects. */
package org.kymograph.connectivity.path;
