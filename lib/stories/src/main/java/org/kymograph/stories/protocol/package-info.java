/**
 * Whole experiments on stories: a feature is deleted from a model by fine-tuning, and learned again, beside a model that never saw it.
 *
 * <pre>{@code
 * DeletionResults results = DeletionStudy.demo().run(Path.of("runs/stories"), 1, 2, 3);   // goes on where it was broken off
 * results.recoveryTable();                                                    // the score when learning again, by steps
 * results.gates();                                                            // what the published results predict
 * DeletionPlots.recovery(results, "score");
 * }</pre>
 */
package org.kymograph.stories.protocol;
