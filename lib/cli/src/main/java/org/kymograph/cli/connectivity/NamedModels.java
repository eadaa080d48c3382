package org.kymograph.cli.connectivity;

import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Some of the models, by their names, and on which samples. */
final class NamedModels {
    @Mixin
    ModelOptions options;

    @Option(
            names = {"--models", "--suffixes"},
            paramLabel = "NAME",
            arity = "1..*",
            description = "The models' names (default: all).")
    List<String> names;

    /** Reads the models that are named, all of them if none are. */
    Map<String, ParameterVector> load(Objective objective) {
        return chosen().vectors(objective);
    }

    /** Returns the models that are named, all of them if none are. */
    Models chosen() {
        Models models = options.models();
        for (String name : names == null ? List.<String>of() : names) {
            if (!models.names().contains(name)) {
                throw Arguments.unknown("--models", name, models.names());
            }
        }
        return names == null ? models : models.select(names.stream().distinct().toList());
    }

    /** Reads models of which there must be a certain number. */
    List<ParameterVector> load(Objective objective, int number) {
        Map<String, ParameterVector> all = load(objective);
        Arguments.check(all.size() == number, "the number of models", all.size(), number + "; name them with --models");
        return List.copyOf(all.values());
    }
}
