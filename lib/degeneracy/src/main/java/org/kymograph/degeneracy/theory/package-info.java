/** What is known exactly about learning coefficients: potentials, closed forms and integrals to test estimates against. */
package org.kymograph.degeneracy.theory;
