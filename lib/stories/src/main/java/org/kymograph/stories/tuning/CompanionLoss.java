package org.kymograph.stories.tuning;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.data.Dataset;
import org.kymograph.record.files.Json;
import org.kymograph.train.loss.Loss;

/** A loss that compares a Llama with the frozen one beside it; evaluations are those of its own logits. */
abstract class CompanionLoss implements Loss {
    private final int vocabulary;

    CompanionLoss(int vocabulary) {
        this.vocabulary = vocabulary;
    }

    int vocabulary() {
        return vocabulary;
    }

    abstract ObjectNode describe();

    @Override
    public NDArray evaluation(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.evaluation(BesideFrozen.logits(outputs, vocabulary), targets);
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.correct(BesideFrozen.logits(outputs, vocabulary), targets);
    }

    @Override
    public NDArray answer(NDArray outputs) {
        return BesideFrozen.logits(outputs, vocabulary);
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return CROSS_ENTROPY.expected(new long[] {outputs[0], vocabulary}, data);
    }

    @Override
    public Object setting() {
        return describe();
    }

    /**
     * RMU: on texts to forget the stream is drawn to c·u, u a random direction, on texts to retain to where the frozen model has it; the
     * mean square over the stream's units. The auxiliary targets are those of {@link UnlearningLoss}.
     */
    static final class Misdirection extends CompanionLoss {
        private final Unlearning settings;
        private final float[] control;

        Misdirection(int vocabulary, Unlearning settings, float[] control) {
            super(vocabulary);
            this.settings = settings;
            this.control = control.clone();
        }

        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            int d = control.length;
            NDArray mine = BesideFrozen.part(outputs, vocabulary(), 0, d);
            NDArray theirs = BesideFrozen.part(outputs, vocabulary(), 1, d);
            NDArray goal = outputs.getManager().create(control);
            NDArray away = mine.sub(goal).square().mean(new int[] {3});
            NDArray kept = mine.sub(theirs).square().mean(new int[] {3});
            return away.mul(UnlearningLoss.weight(auxiliary, 0)).add(kept.mul(UnlearningLoss.weight(auxiliary, 1)));
        }

        @Override
        public int auxiliaryTargets(int outputs) {
            return 3;
        }

        @Override
        ObjectNode describe() {
            ObjectNode all = Json.object().put("name", "RMU");
            return all.setAll((ObjectNode) Json.tree(settings));
        }
    }

    /** KL(teacher ‖ student) at every position; the frozen model is the teacher. */
    static final class Distillation extends CompanionLoss {
        Distillation(int vocabulary) {
            super(vocabulary);
        }

        // Σ p (log p − log q)
        @Override
        public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
            NDArray q = BesideFrozen.logits(outputs, vocabulary()).logSoftmax(3);
            NDArray p =
                    BesideFrozen.part(outputs, vocabulary(), 0, vocabulary()).logSoftmax(3);
            return p.exp().mul(p.sub(q)).sum(new int[] {3});
        }

        @Override
        ObjectNode describe() {
            return Json.object().put("name", "DISTILLATION");
        }
    }
}
