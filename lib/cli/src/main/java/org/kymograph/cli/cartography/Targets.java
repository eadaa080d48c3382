package org.kymograph.cli.cartography;

import java.nio.file.Files;
import java.nio.file.Path;
import org.kymograph.base.Arguments;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

/** What a command is to write, checked before there is work that would be lost. */
final class Targets {
    private Targets() {}

    /** Refuses a folder, and a path below a file or in a folder that can't be written. */
    static void checkFile(String option, Path file) {
        Arguments.check(!Files.isDirectory(file), option, file, "the name of a file; it is a folder");
        checkParent(option, file);
        Arguments.check(!Files.exists(file) || Files.isWritable(file), option, file, "a file that may be written");
    }

    /** Refuses a file, and a path below a file or in a folder that can't be written. */
    static void checkFolder(String option, Path folder) {
        Arguments.check(
                !Files.exists(folder) || Files.isDirectory(folder),
                option,
                folder,
                "the name of a folder; it is a file");
        checkParent(option, folder);
    }

    private static void checkParent(String option, Path path) {
        Path parent = path.toAbsolutePath().normalize().getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        if (parent != null) {
            Arguments.check(Files.isDirectory(parent), option, path, "a path in a folder; " + parent + " is a file");
            Arguments.check(
                    Files.isWritable(parent), option, path, "a path in a folder that may be written; not " + parent);
        }
    }

    /** Puts an apostrophe before texts that a spreadsheet would take for formulas. */
    static Table withoutFormulas(Table table) {
        Table safe = Table.create(table.name());
        table.columns()
                .forEach(column -> safe.addColumns(
                        column.type() == ColumnType.STRING
                                ? table.stringColumn(column.name())
                                        .map(Targets::withoutFormula)
                                        .setName(column.name())
                                : column));
        return safe;
    }

    private static String withoutFormula(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }
}
