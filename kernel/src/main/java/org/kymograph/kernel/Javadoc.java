package org.kymograph.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The library's documentation, taken from its sources, as plain text: the first sentence, then parameters and result. */
final class Javadoc {
    private static final Pattern PACKAGES = Pattern.compile("\\b(?:[a-z_][\\w]*\\.)+(?=[A-Z])");
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(?:[^*]|\\*(?!/))*+\\*/");
    /** Not every {@code <…>}: {@code List<Integer>} stays. */
    private static final Pattern TAG = Pattern.compile(
            "</?(?:p|br|b|i|em|strong|tt|code|pre|ul|ol|li|a|su[bp]|table|t[rdh]|h\\d|d[ldt]|div|span|blockquote)(?: [^>]*)?/?>");

    private final List<Path> roots;
    private Map<String, Path> files;

    Javadoc(List<Path> roots) {
        this.roots = roots;
    }

    /** A signature without the packages of the types that it names. */
    static String shortNames(String signature) {
        return PACKAGES.matcher(signature).replaceAll("");
    }

    /**
     * Returns the documentation of what a signature declares.
     *
     * @param signature JShell's: of a class, a variable ({@code name:type}), a constructor or a method
     * @return lines of text; none if it is not the library's
     */
    List<String> of(String signature) {
        String text = shortNames(signature);
        int bracket = text.indexOf('(');
        if (bracket < 0) {
            int colon = text.indexOf(':');
            String type = (colon < 0 ? text : text.substring(colon + 1)).replaceAll("<.*", "");
            return classDoc(type);
        }
        String head = withoutGenerics(text.substring(0, bracket)).strip();
        String name = head.substring(head.lastIndexOf(' ') + 1);
        List<String> parameters = parameters(text.substring(bracket + 1, text.lastIndexOf(')')));
        int dot = name.lastIndexOf('.');
        if (dot < 0 || head.equals(name)) {
            List<String> constructor = methodDoc(name, name.substring(dot + 1), parameters);
            return constructor.isEmpty() ? classDoc(name) : constructor;
        }
        List<String> method = methodDoc(name.substring(0, dot), name.substring(dot + 1), parameters);
        return method.isEmpty() && parameters.isEmpty()
                ? component(name.substring(0, dot), name.substring(dot + 1))
                : method;
    }

    private static List<String> parameters(String list) {
        String plain = withoutGenerics(list);
        return plain.isBlank()
                ? List.of()
                : Arrays.stream(plain.split(","))
                        .map(p -> p.strip().replaceAll(".*[\\s.]", ""))
                        .toList();
    }

    private static String withoutGenerics(String text) {
        String plain = text;
        for (String before = ""; !plain.equals(before); ) {
            before = plain;
            plain = plain.replaceAll("<[^<>]*>", "");
        }
        return plain;
    }

    private List<String> classDoc(String type) {
        String source = source(type);
        String simple = type.substring(type.lastIndexOf('.') + 1);
        Matcher declared = Pattern.compile("\\b(?:class|interface|record|enum)\\s+" + Pattern.quote(simple) + "\\b")
                .matcher(source);
        return declared.find() ? text(commentBefore(source, declared.start()), false) : List.of();
    }

    private List<String> methodDoc(String type, String name, List<String> parameters) {
        String source = source(type);
        Matcher declared =
                Pattern.compile("(?<![.\\w])" + Pattern.quote(name) + "\\s*\\(").matcher(source);
        while (declared.find()) {
            int close = closing(source, declared.end());
            String list =
                    source.substring(declared.end(), close).replaceAll("@\\w+(\\([^)]*\\))?\\s*|\\bfinal\\s+", "");
            if (parameters(list).equals(parameters)) {
                List<String> text = text(commentBefore(source, declared.start()), true);
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return List.of();
    }

    /** What the comment of a record says of the component that an accessor returns. */
    private List<String> component(String type, String name) {
        String source = source(type);
        Matcher declared = Pattern.compile("\\brecord\\s+" + type.substring(type.lastIndexOf('.') + 1) + "\\b")
                .matcher(source);
        if (!declared.find()) {
            return List.of();
        }
        Matcher tag = Pattern.compile("(?s)@param\\s+" + Pattern.quote(name) + "\\s+(.*?)(?=\\s@\\w|$)")
                .matcher(unstarred(commentBefore(source, declared.start())));
        return tag.find() ? List.of(plain(tag.group(1))) : List.of();
    }

    private static int closing(String source, int from) {
        int depth = 1;
        int i = from;
        while (i < source.length() && depth > 0) {
            char c = source.charAt(i++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return i - 1;
    }

    private String source(String type) {
        Path file = files().get(type.replaceAll("\\..*", ""));
        try {
            return file == null ? "" : Files.readString(file);
        } catch (IOException e) {
            // A clone that is being changed: there is no documentation then.
            return "";
        }
    }

    private Map<String, Path> files() {
        if (files == null) {
            Map<String, Path> found = new HashMap<>();
            for (Path root : roots) {
                try (Stream<Path> all = Files.walk(root)) {
                    all.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file ->
                                    found.put(file.getFileName().toString().replace(".java", ""), file));
                } catch (IOException e) {
                    // No documentation from this folder then.
                }
            }
            files = found;
        }
        return files;
    }

    /** The comment that belongs to a declaration: only its modifiers, annotations and type lie between. */
    private static String commentBefore(String source, int declaration) {
        Matcher comments = COMMENT.matcher(source);
        String last = "";
        int end = -1;
        while (comments.find() && comments.end() <= declaration) {
            last = comments.group();
            end = comments.end();
        }
        String between = end < 0
                ? ";"
                : source.substring(end, declaration).replaceAll("\"(\\\\.|[^\"\\\\])*\"|\\{@|\\([^()]*\\)", "");
        return between.matches("(?s).*[;{}=].*") ? "" : last;
    }

    private static String unstarred(String comment) {
        return comment.replaceAll("^/\\*\\*|\\*/$", "")
                .replaceAll("(?m)^\\s*\\*( |$)", "")
                .strip();
    }

    /** The first sentence of a comment that JShell found, whose stars may be gone. */
    static List<String> firstSentence(String comment) {
        return text(comment, false);
    }

    private static List<String> text(String comment, boolean tags) {
        List<String> lines = new ArrayList<>();
        String body = unstarred(comment);
        if (body.isEmpty()) {
            return lines;
        }
        Matcher tag = Pattern.compile("(?s)(?:^|\\n)@(param|return|throws)\\s+(.*?)(?=\\n@\\w|$)")
                .matcher(body);
        int first = body.startsWith("@") ? 0 : body.indexOf("\n@");
        String sentence = plain(first < 0 ? body : body.substring(0, first));
        Matcher stop =
                Pattern.compile("(?<![a-z]\\.[a-z])[.!?](?=\\s+[A-Z(]|\\s*$)").matcher(sentence);
        if (!sentence.isEmpty()) {
            lines.add(stop.find() ? sentence.substring(0, stop.end()) : sentence);
        }
        while (tags && tag.find()) {
            String content = plain(tag.group(2));
            lines.add(
                    switch (tag.group(1)) {
                        case "param" -> "  " + content.replaceFirst("\\s+", ": ");
                        case "return" -> "  returns " + content;
                        default -> "  throws " + content.replaceFirst("\\s+", ": ");
                    });
        }
        return lines;
    }

    /** Text without tags, entities and line ends. */
    private static String plain(String doc) {
        String text = doc;
        for (String before = ""; !text.equals(before); ) {
            before = text;
            text = text.replaceAll("\\{@(?:code|literal|value|systemProperty)\\s+((?:[^{}]|\\{[^{}]*\\})*)\\}", "$1")
                    .replaceAll("\\{@link(?:plain)?\\s+[^\\s{}]+\\s+([^{}]+)\\}", "$1")
                    .replaceAll("\\{@link(?:plain)?\\s+#?([^\\s{}]+)\\}", "$1")
                    .replaceAll("\\{@\\w+\\s*([^{}]*)\\}", "$1");
        }
        return TAG.matcher(text)
                .replaceAll(" ")
                .replace('#', '.')
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&nbsp;", " ")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
