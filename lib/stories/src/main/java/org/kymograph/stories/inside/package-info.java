/** What is left inside a fine-tuned network: pruning, lenses and differences, for any network with hooks. */
package org.kymograph.stories.inside;
