package org.kymograph.cli.cartography;

import java.io.PrintWriter;
import org.kymograph.cartography.select.TsvFilter;
import org.kymograph.cli.Words;
import picocli.CommandLine.Model.CommandSpec;

/** Says what a filter wrote, and what it passed over. */
final class WrittenParts {
    private WrittenParts() {}

    static void print(CommandSpec command, TsvFilter.Written written) {
        PrintWriter out = command.commandLine().getOut();
        out.println(written.skipped());
        if (written.clashing() > 0) {
            out.println(Words.count(written.clashing(), "row")
                    + " passed over, since an earlier row's id becomes the same guid");
        }
        if (written.unknown() > 0) {
            out.println(Words.count(written.unknown(), "row") + " in no part, since the log lacks them");
        }
        written.tooSmall().forEach(f -> out.println("no part for the fraction " + f + ": it is less than a row"));
        for (TsvFilter.Part part : written.parts()) {
            out.println(Words.count(part.rows(), "row") + ": " + part.folder());
        }
    }
}
