package org.kymograph.cli;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.kymograph.base.Wording;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in one sentence that names options as their help does. */
final class Mistakes {
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> NUMBERS = Set.of(double.class, Double.class, float.class, Float.class);
    private static final Pattern ARGUMENT = Pattern.compile("([a-z][A-Za-z0-9]*)( (?:is|has) .*)", Pattern.DOTALL);

    private Mistakes() {}

    static String sentence(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(e.getCommandLine(), unmatched.getUnmatched());
        }
        if (e instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + " is given twice; expected once";
        }
        ArgSpec argument = e.getArgSpec();
        if (e instanceof MissingParameterException missing) {
            String names = missing.getMissing().stream().map(Mistakes::name).collect(Collectors.joining(", "));
            return e.getMessage().contains("parameter for option")
                    ? names + " has no value; expected "
                            + expected(missing.getMissing().get(0))
                    : names + (missing.getMissing().size() == 1 ? " is" : " are") + " missing";
        }
        if (argument != null && e.getValue() != null && e.getMessage().contains(" is not a")) {
            return name(argument) + " is \"" + e.getValue() + "\"; expected " + expected(argument);
        }
        return e.getMessage().startsWith("Missing required subcommand") ? command(e) : e.getMessage();
    }

    private static String command(ParameterException e) {
        CommandLine command = e.getCommandLine();
        return command.getCommandSpec().qualifiedName() + " needs a word more; expected one of "
                + String.join(", ", command.getSubcommands().keySet());
    }

    /** An argument as its help writes it. */
    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.names()[0] : argument.paramLabel();
    }

    private static String expected(ArgSpec argument) {
        Class<?> type = argument.typeInfo().isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
        return WHOLE.contains(type) ? "a whole number" : NUMBERS.contains(type) ? "a number" : argument.paramLabel();
    }

    private static String unmatched(CommandLine command, List<String> words) {
        String word = words.get(0);
        if (word.startsWith("-")) {
            List<String> options = command.getCommandSpec().options().stream()
                    .flatMap(option -> Stream.of(option.names()))
                    .toList();
            return "there is no option " + Wording.shown(word)
                    + Wording.didYouMean(word.replaceAll("=.*", ""), options);
        }
        return command.getSubcommands().isEmpty() ? "\"" + word + "\" is one word too many" : noCommand(command, word);
    }

    static String noCommand(CommandLine command, String word) {
        List<String> known = command.getSubcommands().entrySet().stream()
                .filter(sub -> !sub.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .toList();
        String meant = Wording.didYouMean(word, known);
        if (meant.isEmpty()) {
            meant = known.isEmpty() ? "; it has no further words" : "; expected one of " + String.join(", ", known);
        }
        String path = (command.getCommandSpec().qualifiedName() + " " + word).replaceFirst("^\\S+ ", "");
        return "there is no command " + Wording.shown(path) + meant;
    }

    /** The sentence with the option in place of the library's argument, where the command has one for it. */
    static String named(CommandLine command, String sentence) {
        Matcher argument = ARGUMENT.matcher(sentence);
        if (!argument.matches()) {
            return sentence;
        }
        return command.getCommandSpec().options().stream()
                .filter(option -> isFor(option, argument.group(1)))
                .findFirst()
                .map(option -> option.names()[0] + argument.group(2))
                .orElse(sentence);
    }

    /** The sentence with the option by which a reading gets another name, where that would help and the command has it. */
    static String withReading(CommandLine command, String sentence) {
        boolean helps = sentence != null
                && sentence.endsWith("give this one another name")
                && command.getCommandSpec().findOption("--reading") != null;
        return helps ? sentence + " with --reading" : sentence;
    }

    private static boolean isFor(OptionSpec option, String argument) {
        return option.userObject() instanceof Field field && field.getName().equals(argument)
                || Stream.of(option.names())
                        .anyMatch(name -> name.replaceAll("[-_]", "").equals(argument.toLowerCase(Locale.ROOT)));
    }
}
