/** Which samples carry the barrier between two models. */
package org.kymograph.connectivity.ridge;
