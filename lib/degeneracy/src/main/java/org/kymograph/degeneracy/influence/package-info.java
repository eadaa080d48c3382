/** Which samples act on which, from how their losses move together along chains; what retraining says of it; how parts respond to samples. */
package org.kymograph.degeneracy.influence;
