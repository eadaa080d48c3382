/** Networks that add modulo p, or learn random tables by heart: the network, its data, its published settings and its runs. */
package org.kymograph.degeneracy.modular;
