package org.kymograph.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists a command's options under headings in place of one long alphabet, and what they are where none is given. */
public final class HelpSections {
    private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();
    private static final Map<String, String> LABELS = Map.of(
            "int", "N", "Integer", "N", "long", "N", "Long", "N", "double", "X", "Double", "X", "String", "NAME",
            "Path", "FILE");

    static {
        heading("Runs", "--out --seeds --processes --workers --stack-size");
        heading("Data", "--data --dataset --train-size --train-samples --test-size --train-fraction --samples --noise");
        heading("Task and network", "");
        heading("Length and batches", "--epochs --steps --batch-size --test-batch-size");
        heading(
                "Optimizer",
                "--optimizer --lr --momentum --beta1 --beta2 --epsilon --weight-decay --schedule --warmup --final-fraction "
                        + "--clip-norm --clip-grad");
        heading(
                "What is kept",
                "--eval-every --eval-every-steps --checkpoint-every --checkpoint-every-steps --no-statistics --record "
                        + "--record-format");
        heading("Help", "--help --version");
    }

    private HelpSections() {}

    private static void heading(String heading, String options) {
        HEADINGS.put(heading, List.of(options.split(" ")));
    }

    /** Names the values of options that name none by their types, and ends descriptions with the defaults. */
    static void label(CommandLine command) {
        command.getSubcommands().values().forEach(HelpSections::label);
        CommandSpec spec = command.getCommandSpec();
        for (OptionSpec option : List.copyOf(spec.options())) {
            if (!option.inherited()) {
                spec.remove(option);
                spec.addOption(labelled(option));
            }
        }
    }

    private static OptionSpec labelled(OptionSpec option) {
        OptionSpec.Builder told = OptionSpec.builder(option);
        Class<?> type = option.typeInfo().isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
        if (option.paramLabel().startsWith("<") && LABELS.containsKey(type.getSimpleName())) {
            told.paramLabel(LABELS.get(type.getSimpleName()));
        }
        String[] lines = option.description();
        if (option.defaultValue() != null && !String.join("", lines).matches("(?s).*(?:default|unless said).*")) {
            lines[lines.length - 1] = lines[lines.length - 1].replaceAll("\\.$", " (default \\${DEFAULT-VALUE}).");
            told.description(lines);
        }
        return told.build();
    }

    /** A command whose defaults depend on what it starts from. */
    public interface Presets {
        /**
         * Returns the defaults of each preset.
         *
         * @return by the preset's name, what each option is where it is not given
         */
        Map<String, Map<String, String>> defaults();
    }

    /** A command with many options, which its help lists under headings of its own. */
    public interface Grouped {
        /**
         * Returns the headings.
         *
         * @return the options under each, by one of their names, in order; what is under none stands under "Settings"
         */
        Map<String, List<String>> headings();
    }

    /** Arranges the help of all commands below one that have presets or groups; the others are short enough. */
    static void arrange(CommandLine command) {
        command.getSubcommands().values().forEach(HelpSections::arrange);
        if (command.getCommandSpec().userObject() instanceof Presets presets) {
            command.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false);
            command.getHelpSectionMap()
                    .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, HEADINGS, "Task and network"));
            command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> table(presets.defaults()));
        } else if (command.getCommandSpec().userObject() instanceof Grouped grouped) {
            command.getCommandSpec().usageMessage().abbreviateSynopsis(true).sortOptions(false);
            Map<String, List<String>> headings = new LinkedHashMap<>(grouped.headings());
            headings.put("Help", HEADINGS.get("Help"));
            command.getHelpSectionMap()
                    .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, headings, "Settings"));
        }
    }

    private static String options(Help help, Map<String, List<String>> headings, String rest) {
        Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
        headings.keySet().forEach(heading -> sections.put(heading, new ArrayList<>()));
        for (OptionSpec option : help.commandSpec().options()) {
            String heading = headings.entrySet().stream()
                    .filter(known -> known.getValue().stream().anyMatch(List.of(option.names())::contains))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(rest);
            sections.get(heading).add(option);
        }
        return sections.entrySet().stream()
                .filter(section -> !section.getValue().isEmpty())
                .map(section -> System.lineSeparator() + section.getKey() + ":" + System.lineSeparator()
                        + list(help, section, headings.get(section.getKey())))
                .collect(Collectors.joining());
    }

    private static String list(Help help, Map.Entry<String, List<OptionSpec>> section, List<String> order) {
        List<OptionSpec> sorted = section.getValue().stream()
                .sorted(Comparator.comparingInt(option -> order.indexOf(option.names()[0])))
                .toList();
        return help.optionListExcludingGroups(sorted);
    }

    private static String table(Map<String, Map<String, String>> presets) {
        List<String> rows = presets.values().stream()
                .flatMap(defaults -> defaults.keySet().stream())
                .distinct()
                .toList();
        StringBuilder text = new StringBuilder(String.format("%nDefaults:%n"));
        text.append(line("", List.copyOf(presets.keySet())));
        for (String row : rows) {
            text.append(line(
                    row,
                    presets.values().stream().map(d -> d.getOrDefault(row, "")).toList()));
        }
        return text.toString();
    }

    private static String line(String head, List<String> cells) {
        StringBuilder line = new StringBuilder(String.format("  %-20s", head));
        cells.forEach(cell -> line.append(String.format(" %-18s", cell)));
        return line.toString().stripTrailing() + System.lineSeparator();
    }
}
