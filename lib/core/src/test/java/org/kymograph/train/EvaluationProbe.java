package org.kymograph.train;

import java.nio.file.Path;
import org.kymograph.record.RunFolder;

/** Evaluates a run that another process has trained, and prints the accuracy. */
final class EvaluationProbe {
    private EvaluationProbe() {}

    public static void main(String[] args) {
        Experiment e = EvaluationTest.small();
        System.out.println(Evaluation.of(
                        e, RunFolder.open(Path.of(args[0])), e.task().sample(0).test())
                .accuracy());
    }
}
