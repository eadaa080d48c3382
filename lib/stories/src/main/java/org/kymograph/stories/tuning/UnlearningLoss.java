package org.kymograph.stories.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;
import org.kymograph.train.loss.Loss;

/**
 * The loss of texts to forget and of texts to retain in one batch. Each text brings three numbers along: its weight if it is to be
 * forgotten, its weight if it is to be retained, and its −log p under the model that unlearning starts from.
 */
record UnlearningLoss(Unlearning settings) implements Loss {
    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        NDArray nll = CROSS_ENTROPY.perSample(outputs, targets, null);
        return forgotten(nll, weight(auxiliary, 2)).mul(weight(auxiliary, 0)).add(nll.mul(weight(auxiliary, 1)));
    }

    /** Returns one of the numbers of each text: its weights, and its −log p before. */
    static NDArray weight(NDArray auxiliary, int column) {
        return auxiliary.get(new NDIndex(":, :, " + column + ":" + (column + 1)));
    }

    // Losses of a whole text stand at each of its positions: the mean over positions is that over texts.
    private NDArray forgotten(NDArray nll, NDArray reference) {
        NDArray beta = Loss.number(nll, -settings.beta());
        NDArray scale = Loss.number(nll, 2 / settings.beta());
        return switch (settings.method()) {
            case GRAD_ASCENT, GRAD_DIFF -> nll.neg();
            // −2/β log σ(β (−log p + log p₀))
            case NPO ->
                softPlus(nll.sum(new int[] {2}, true).sub(reference).mul(beta)).mul(scale);
            // −2/β log σ(β (−log p / T − δ))
            case SIM_NPO ->
                softPlus(nll.mean(new int[] {2}, true)
                                .sub(Loss.number(nll, settings.delta()))
                                .mul(beta))
                        .mul(scale);
            case RMU -> throw new IllegalStateException("RMU compares streams");
        };
    }

    private static NDArray softPlus(NDArray x) {
        return Activation.softPlus(x);
    }

    @Override
    public NDArray evaluation(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.evaluation(outputs, targets);
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.correct(outputs, targets);
    }

    @Override
    public int auxiliaryTargets(int outputs) {
        return 3;
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return CROSS_ENTROPY.expected(outputs, data);
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object().put("name", "UNLEARNING");
        return all.setAll((ObjectNode) Json.tree(settings));
    }
}
