/** Training and fine-tuning of Llamas on stories: settings, data, what is evaluated when, and unlearning. */
package org.kymograph.stories.tuning;
