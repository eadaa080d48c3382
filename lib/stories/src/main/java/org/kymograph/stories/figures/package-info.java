/** Figures of the lab of fine-tuning, and how its results are shown. */
package org.kymograph.stories.figures;
