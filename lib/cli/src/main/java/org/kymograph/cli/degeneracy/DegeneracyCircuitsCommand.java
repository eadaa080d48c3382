package org.kymograph.cli.degeneracy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.figures.ModeFigures;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Page;
import org.kymograph.record.files.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kymograph degeneracy circuits}. */
@Command(
        name = "circuits",
        description = {
            "Tells which algorithm a run adds with, pizza or clock: doubled frequencies, gradient symmetricity, distance irrelevance.",
            "The last checkpoint unless said."
        })
final class DegeneracyCircuitsCommand implements Callable<Integer> {
    @Spec
    CommandSpec command;

    @Mixin
    RunCheckpoints run;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Option(
            names = "--page",
            paramLabel = "FILE.html",
            description = "A page with the modes at every stage and the numbers.")
    Path page;

    @Override
    public Integer call() {
        Destination.checkFile(out);
        if (page != null) {
            Destination.checkPage("--page", page);
        }
        ModularRun opened = run.run();
        List<CircuitReport> reports = run.steps(opened, List.of(opened.last())).stream()
                .map(step -> CircuitReport.of(opened, step))
                .toList();
        ObjectNode all = Json.object();
        ArrayNode checkpoints = all.putArray("checkpoints");
        reports.forEach(report -> checkpoints.add(Json.tree(report)));
        Json.write(out, all);
        if (page != null) {
            List<Object> shown = new ArrayList<>();
            shown.add(CircuitReport.compared(reports));
            reports.forEach(report -> shown.add(ModeFigures.circuits(report)));
            Page.write(page, "Circuits of " + opened.run().id(), shown);
        }
        PrintWriter print = command.commandLine().getOut();
        print.printf(
                "%8s %9s %20s %14s %8s  %s%n", "step", "accuracy", "symmetricity", "irrelevance", "doubled", "verdict");
        for (CircuitReport r : reports) {
            print.printf(
                    Locale.ROOT,
                    "%8d %9.3f %12.3f ± %5.3f %14.3f %8.2f  %s, key modes %s%n",
                    r.step(),
                    r.testAccuracy(),
                    r.symmetricity(),
                    r.symmetricityError(),
                    r.distanceIrrelevance(),
                    r.doubledRatio(),
                    Words.of(r.verdict()),
                    r.keyModes());
        }
        print.println("wrote " + out + ": " + Words.count(reports.size(), "checkpoint"));
        if (page != null) {
            print.println("wrote " + page);
        }
        return 0;
    }
}
