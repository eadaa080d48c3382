package org.kymograph.stories.protocol;

/**
 * What was measured of a training at a step; NaN where nothing was.
 *
 * @param stage pretraining, deletion or recovery
 * @param model what was trained, such as {@code F+AT}, {@code Present in Pretraining} or {@code Not in Pretraining}
 * @param deletionRate the learning rate of the deletion; NaN of what was not deleted
 * @param seed the seed
 * @param step the steps taken
 * @param testLoss the loss on the test set of the data it is trained on
 * @param featureLoss the loss on stories with the feature
 * @param otherLoss the loss on stories without it
 * @param score the share of stories with the feature among those that are asked to have it, by the exact detector
 * @param surface the share that have its words only; as the score for features other than twists
 * @param unasked the share among stories that aren't asked to have it
 * @param refused the share of refusals
 * @param prompts how many stories the shares are of
 */
public record StudyPoint(
        String stage,
        String model,
        double deletionRate,
        long seed,
        long step,
        double testLoss,
        double featureLoss,
        double otherLoss,
        double score,
        double surface,
        double unasked,
        double refused,
        int prompts) {}
