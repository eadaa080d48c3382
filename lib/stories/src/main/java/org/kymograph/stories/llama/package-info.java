/** Llama models outside training: the files that they are kept in, and fast generation in plain Java. */
package org.kymograph.stories.llama;
