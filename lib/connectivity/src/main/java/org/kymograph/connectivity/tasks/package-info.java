/** Small tasks whose networks lie in one basin or in two, with known reasons. */
package org.kymograph.connectivity.tasks;
