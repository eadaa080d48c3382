/** How many of the stories that a model writes have a feature: by exact detectors, by a small classifier, or by a judge elsewhere. */
package org.kymograph.stories.score;
