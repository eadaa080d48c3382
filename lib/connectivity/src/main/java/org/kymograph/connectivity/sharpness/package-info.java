/** How much the loss can rise near a model. */
package org.kymograph.connectivity.sharpness;
