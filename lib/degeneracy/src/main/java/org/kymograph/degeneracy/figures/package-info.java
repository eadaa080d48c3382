/** The figures of the lab of degeneracy, and how its results are shown. */
package org.kymograph.degeneracy.figures;
