package org.kymograph.kernel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import org.rapaio.jupyter.kernel.core.java.RapaioExecutionControl;
import tech.tablesaw.table.Relation;

/** Completes the names of columns in strings, where the same statement names a table of the notebook before. */
final class ColumnNames {
    private static final Pattern NAME = Pattern.compile("(?<![\\w.])[A-Za-z_]\\w*");

    private ColumnNames() {}

    /**
     * Lists what a string can go on with.
     *
     * @param before the cell up to the string's quote
     * @param begun the string as far as it is typed
     * @param tables the columns of the notebook's tables, by variable
     * @return the columns, as a string of Java has them, of the table that is named last before the string, in the table's order
     */
    static List<String> completing(String before, String begun, Map<String, List<String>> tables) {
        String statement = before.substring(before.lastIndexOf(';') + 1).replaceAll("\"(\\\\.|[^\"\\\\])*\"", "\"\"");
        List<String> columns = List.of();
        Matcher names = NAME.matcher(statement);
        while (names.find()) {
            columns = tables.getOrDefault(names.group(), columns);
        }
        return columns.stream()
                .map(column -> column.replace("\\", "\\\\").replace("\"", "\\\""))
                .filter(column -> column.startsWith(begun))
                .toList();
    }

    /** Returns the columns of the tables that the notebook has by now. */
    static Map<String, List<String>> tables(JShell shell) {
        Map<String, List<String>> found = new LinkedHashMap<>();
        shell.variables().filter(v -> shell.status(v).isDefined()).forEach(variable -> {
            if (RapaioExecutionControl.take(shell.varValue(variable)) instanceof Relation table) {
                found.put(variable.name(), table.columnNames());
            }
        });
        return found;
    }
}
