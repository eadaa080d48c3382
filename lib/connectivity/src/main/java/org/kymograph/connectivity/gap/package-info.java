/** What a curve of losses between two models says in one number, and the matrix of these numbers for a population. */
package org.kymograph.connectivity.gap;
