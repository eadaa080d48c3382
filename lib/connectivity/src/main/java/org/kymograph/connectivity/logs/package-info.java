/** Readers of what the paper's own programs wrote: logs of interpolations and evaluations of models. */
package org.kymograph.connectivity.logs;
