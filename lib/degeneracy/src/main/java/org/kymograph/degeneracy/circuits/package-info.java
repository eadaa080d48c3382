/** Which algorithm a network that adds modulo p has learned: its modes over training, pizza and clock. */
package org.kymograph.degeneracy.circuits;
