/** Losses along the straight segments between all models of a population. */
package org.kymograph.connectivity.curves;
