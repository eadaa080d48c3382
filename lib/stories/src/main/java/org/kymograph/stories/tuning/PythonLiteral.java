package org.kymograph.stories.tuning;

/** Values as Python writes them: numbers, strings in quotes, True, False and None. Nothing is executed. */
final class PythonLiteral {
    /** What None is read as; a map holds no null. */
    static final Object NONE = new Object() {
        @Override
        public String toString() {
            return "None";
        }
    };

    private PythonLiteral() {}

    /** Returns a Long, Double, Boolean, String or NONE; null for anything else. */
    static Object parse(String text) {
        String s = text.strip();
        if (s.matches("[+-]?\\d(_?\\d){0,17}")) {
            return Long.parseLong(s.replace("_", ""));
        }
        if (s.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
            return Double.parseDouble(s);
        }
        if (s.matches("'[^'\\\\]*'|\"[^\"\\\\]*\"")) {
            return s.substring(1, s.length() - 1);
        }
        return switch (s) {
            case "True" -> true;
            case "False" -> false;
            case "None" -> NONE;
            default -> null;
        };
    }

    /** Returns a line without the comment at its end. */
    static String withoutComment(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && c == '#') {
                return line.substring(0, i);
            }
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        return line;
    }
}
