/** Making one model of several. */
package org.kymograph.connectivity.merge;
