/** Tasks on strings of a grammar whose capabilities are known, and what fine-tuning hides of them. */
package org.kymograph.stories.pcfg;
