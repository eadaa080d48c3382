package org.kymograph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Main;
import picocli.CommandLine;

/** What the README shows can be typed as it stands, and what the page on the original programs names is there. */
class ReadmeTest {
    private static final Path HOME = Path.of("../..");
    private static final Path ORIGINALS = HOME.resolve("notebooks/originals.md");
    private static final List<String> MODULES =
            List.of("core", "states", "cartography", "connectivity", "degeneracy", "stories");

    @TempDir
    Path folder;

    @Test
    void theJavaSnippetsCompileWithTheImportsOfANotebook() throws IOException {
        List<String> snippets = blocks("java");
        assertThat(snippets).hasSizeGreaterThan(3);
        StringBuilder source = new StringBuilder(Files.readString(HOME.resolve("kernel/startup/imports.jshell")))
                .append(libraryImports())
                .append("class Snippets { void run() throws Exception {\n");
        for (String snippet : snippets) {
            // A cell may end in an expression.
            String last = snippet.strip().replaceAll("\\s*//[^\n]*$", "");
            source.append(last).append(last.endsWith(";") || last.endsWith("}") ? "\n" : ";\n");
        }
        source.append("}}\n");
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        compiler.getTask(
                        null,
                        null,
                        problems,
                        List.of("-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(
                                new SimpleJavaFileObject(
                                        URI.create("mem:///Snippets.java"), JavaFileObject.Kind.SOURCE) {
                                    @Override
                                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                                        return source;
                                    }
                                }))
                .call();
        assertThat(problems.getDiagnostics().stream()
                        .filter(p -> p.getKind() == Diagnostic.Kind.ERROR)
                        .map(p -> p.getMessage(Locale.ROOT) + " in: "
                                + source.toString().lines().toList().get((int) p.getLineNumber() - 1)))
                .isEmpty();
    }

    @Test
    void theCommandsAndOptionsOfItsShellSnippetsExist() throws IOException {
        CommandLine main = Main.commands();
        int checked = 0;
        for (String block : blocks("sh")) {
            for (String line : block.replaceAll("\\\\\n", " ").lines().toList()) {
                List<String> words =
                        List.of(line.replaceAll("\\s+#.*", "").strip().split("\\s+"));
                if (!words.get(0).equals("./kymograph")
                        || !main.getSubcommands().containsKey(words.get(1))) {
                    continue;
                }
                CommandLine command = main;
                int at = 1;
                while (at < words.size() && command.getSubcommands().containsKey(words.get(at))) {
                    command = command.getSubcommands().get(words.get(at++));
                }
                for (String word : words.subList(at, words.size())) {
                    if (word.startsWith("--")) {
                        assertThat(command.getCommandSpec().findOption(word))
                                .as(line)
                                .isNotNull();
                    }
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(10);
    }

    @Test
    void theFilesThatItLinksToExist() throws IOException {
        for (Path page : List.of(HOME.resolve("README.md"), ORIGINALS)) {
            Matcher link = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)").matcher(Files.readString(page));
            int checked = 0;
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1))).exists();
                checked++;
            }
            assertThat(checked).as(page.toString()).isGreaterThan(8);
        }
    }

    @Test
    void theClassesAndOptionsOnThePageOnTheOriginalsExist() throws IOException {
        Set<String> options = new TreeSet<>();
        addOptions(Main.commands(), options);
        Map<String, String> types = types();
        int checked = 0;
        for (String row : Files.readAllLines(ORIGINALS)) {
            String[] cells = row.split("\\|");
            if (!row.startsWith("| ") || cells.length < 5) {
                continue;
            }
            // The columns "here" and "where"; the one before is on the originals.
            Matcher name =
                    Pattern.compile("(--[\\w-]+)|`([A-Z]\\w*)(?:\\.(\\w+))?`").matcher(cells[3] + cells[4]);
            while (name.find()) {
                if (name.group(1) != null) {
                    assertThat(options).contains(name.group(1).replace('_', '-'));
                } else {
                    assertThat(types).containsKey(name.group(2));
                    String member = name.group(3) == null ? name.group(2) : name.group(3);
                    assertThat(Pattern.compile("\\b" + member + "\\b")
                                    .matcher(types.get(name.group(2)))
                                    .find())
                            .as(name.group())
                            .isTrue();
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(60);
    }

    private static void addOptions(CommandLine command, Set<String> options) {
        command.getCommandSpec().optionsMap().keySet().forEach(name -> options.add(name.replace('_', '-')));
        command.getSubcommands().values().forEach(inner -> addOptions(inner, options));
    }

    /** The source of each type, nested ones too, by its simple name. */
    private static Map<String, String> types() throws IOException {
        Pattern declared = Pattern.compile("\\b(?:class|record|enum|interface) ([A-Z]\\w*)");
        Map<String, String> types = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files =
                    Files.walk(HOME.resolve("lib").resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String source = Files.readString(file);
                    declared.matcher(source)
                            .results()
                            .forEach(type -> types.merge(type.group(1), source, String::concat));
                }
            }
        }
        return types;
    }

    /** The packages of all modules that a notebook sees. */
    private static String libraryImports() throws IOException {
        StringBuilder imports = new StringBuilder();
        for (String module : MODULES) {
            Path root = HOME.resolve("lib").resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .map(file ->
                                root.relativize(file.getParent()).toString().replace('/', '.'))
                        .distinct()
                        .forEach(name -> imports.append("import ").append(name).append(".*;\n"));
            }
        }
        return imports.toString();
    }

    private static String readme() throws IOException {
        return Files.readString(HOME.resolve("README.md"));
    }

    private static List<String> blocks(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(readme());
        List<String> blocks = new ArrayList<>();
        while (block.find()) {
            blocks.add(block.group(1));
        }
        return blocks;
    }
}
