/** Planes in parameter space and the surface of the loss over them. */
package org.kymograph.connectivity.plane;
