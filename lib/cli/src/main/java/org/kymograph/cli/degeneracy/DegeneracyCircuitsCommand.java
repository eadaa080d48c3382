package org.kymograph.cli.degeneracy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.figures.ModeFigures;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Page;
import org.kymograph.record.files.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph degeneracy circuits}. */
@Command(
        name = "circuits",
        description = {
            "Tells which algorithm a run adds with, pizza or clock: doubled frequencies, gradient symmetricity, distance irrelevance.",
            "The last checkpoint unless said."
        })
final class DegeneracyCircuitsCommand extends ConsoleCommand {
    @Mixin
    RunCheckpoints run;

    @Option(names = "--out", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Option(
            names = "--page",
            paramLabel = "FILE.html",
            description = "A page with the modes at every stage and the numbers.")
    Path page;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Destination.checkPage("--page", page);
        ModularRun opened = run.run();
        List<CircuitReport> reports = run.steps(opened, List.of(opened.last())).stream()
                .map(step -> CircuitReport.of(opened, step))
                .toList();
        ObjectNode all = Json.object();
        ArrayNode checkpoints = all.putArray("checkpoints");
        reports.forEach(report -> checkpoints.add(json(report)));
        Json.write(out, all);
        if (page != null) {
            List<Object> shown = new ArrayList<>();
            shown.add(CircuitReport.compared(reports));
            reports.forEach(report -> shown.add(ModeFigures.circuits(report)));
            Page.write(page, "Circuits of " + opened.run().id(), shown);
        }
        print("%8s %9s %20s %14s %8s  %s", "step", "accuracy", "symmetricity", "irrelevance", "doubled", "verdict");
        for (CircuitReport r : reports) {
            print(
                    "%8d %9.3f %12.3f ± %5.3f %14.3f %8.2f  %s, key modes %s",
                    r.step(),
                    r.testAccuracy(),
                    r.symmetricity(),
                    r.symmetricityError(),
                    r.distanceIrrelevance(),
                    r.doubledRatio(),
                    Words.of(r.verdict()),
                    r.keyModes());
        }
        print("wrote " + out + ": " + Words.count(reports.size(), "checkpoint"));
        if (page != null) {
            print("wrote " + page);
        }
    }

    // Beside what the report has, M_2k / M_k of each key mode at each stage, and their mean behind the hidden layer.
    private static ObjectNode json(CircuitReport report) {
        ObjectNode one = (ObjectNode) Json.tree(report);
        for (int s = 0; s < report.stages().size(); s++) {
            ArrayNode ratios = ((ObjectNode) one.path("stages").get(s)).putArray("doubledRatios");
            CircuitReport.Stage stage = report.stages().get(s);
            report.keyModes().forEach(mode -> ratios.add(stage.doubled(mode, report.p())));
        }
        if (!report.keyModes().isEmpty()) {
            one.put("doubledRatio", report.doubledRatio());
        }
        return one;
    }
}
