/** Networks as DJL blocks, singly or as a stack of runs, and their parameters as vectors and statistics. */
package org.kymograph.model;
