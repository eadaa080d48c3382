package org.kymograph.stories.corpus;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/** The four grammars of pretokenizing, parsed: which records are kept, and what becomes of them, in this order. */
final class StoryRules {
    private static final List<String> LISTS = List.of("features", "words");

    private record Condition(String key, String value, boolean negated) {
        boolean keeps(StoryRecord record) {
            boolean holds = key.equals("length")
                    ? record.story().codePointCount(0, record.story().length()) > Integer.parseInt(value)
                    : list(record, key).contains(value);
            return holds != negated;
        }
    }

    private record Swap(String field, String from, String to) {}

    private record Insertion(String field, String value, double probability) {}

    private final List<Condition> conditions;
    private final List<Swap> swaps;
    private final List<Insertion> adversarial;
    private final List<Insertion> refusals;

    StoryRules(Pretokenization settings) {
        conditions = conditions(settings.filtering());
        swaps = swaps(settings.mixMatch(), settings.legacyMixMatch());
        adversarial = insertions("adversarialTraining", settings.adversarialTraining());
        refusals = insertions("refusal", settings.refusal());
    }

    static void check(String filtering, String mixMatch, String adversarialTraining, String refusal) {
        conditions(filtering);
        swaps(mixMatch, false);
        insertions("adversarialTraining", adversarialTraining);
        insertions("refusal", refusal);
    }

    private static List<String> items(String text) {
        return text == null ? List.of() : List.of(text.split(",", -1));
    }

    private static List<Condition> conditions(String text) {
        List<Condition> all = new ArrayList<>();
        for (String item : items(text)) {
            boolean negated = item.contains("!=");
            String[] parts = item.split(negated ? "!=" : "=", -1);
            Arguments.check(
                    parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty(),
                    "filtering",
                    item,
                    "key=value or key!=value");
            if (parts[0].equals("length")) {
                Arguments.check(parts[1].matches("\\d{1,9}"), "filtering", item, "length=N with a whole number");
            } else {
                field("filtering", parts[0], List.of("features", "words", "length"));
            }
            all.add(new Condition(parts[0], parts[1], negated));
        }
        return all;
    }

    private static String field(String name, String field, List<String> known) {
        if (!known.contains(field)) {
            throw Arguments.unknown(name, field, known);
        }
        return field;
    }

    private static List<Swap> swaps(String text, boolean legacy) {
        Map<String, List<Swap>> lastOfField = new LinkedHashMap<>();
        List<Swap> all = new ArrayList<>();
        for (String item : items(text)) {
            String[] parts = item.split("[:=]", -1);
            Arguments.check(
                    parts.length >= 3
                            && parts.length % 2 == 1
                            && !List.of(parts).contains(""),
                    "mixMatch",
                    item,
                    "field=A:B, with more pairs behind if wanted");
            field("mixMatch", parts[0], LISTS);
            List<Swap> here = new ArrayList<>();
            // The original's loop ends one pair short, and keeps one item a field.
            for (int i = 1; i + 1 < parts.length - (legacy ? 2 : 0); i += 2) {
                here.add(new Swap(parts[0], parts[i], parts[i + 1]));
            }
            lastOfField.put(parts[0], here);
            all.addAll(here);
        }
        return legacy ? lastOfField.values().stream().flatMap(List::stream).toList() : all;
    }

    private static List<Insertion> insertions(String name, String text) {
        List<Insertion> all = new ArrayList<>();
        for (String item : items(text)) {
            String[] parts = item.split("[=:]", -1);
            Arguments.check(
                    parts.length == 3 && parts[2].matches("[01](\\.\\d*)?|\\.\\d+") && !parts[1].isEmpty(),
                    name,
                    item,
                    "field=value:probability");
            field(name, parts[0], LISTS);
            all.add(new Insertion(parts[0], parts[1], Arguments.within(name, Double.parseDouble(parts[2]), 0, 1)));
        }
        return all;
    }

    private static List<String> list(StoryRecord record, String field) {
        return field.equals("features") ? record.features() : record.words();
    }

    private static StoryRecord with(StoryRecord record, String field, List<String> values) {
        return field.equals("features") ? record.withFeatures(values) : record.withWords(values);
    }

    private static StoryRecord inserted(StoryRecord record, Insertion insertion) {
        return with(record, insertion.field, StoryRecord.appended(list(record, insertion.field), insertion.value));
    }

    // What becomes of a record; null if it isn't kept.
    StoryRecord apply(StoryRecord original, RandomGenerator random) {
        for (Condition condition : conditions) {
            if (!condition.keeps(original)) {
                return null;
            }
        }
        StoryRecord record = original;
        if (!swaps.isEmpty()) {
            record = swapped(record);
        }
        for (Insertion insertion : adversarial) {
            if (random.nextDouble() < insertion.probability) {
                record = inserted(record, insertion);
            }
        }
        for (Insertion refusal : refusals) {
            if (random.nextDouble() < refusal.probability) {
                String sentence = StoryLayout.sentence(original.story(), random);
                record = inserted(record, refusal)
                        .withSentence(sentence)
                        .withStory(StoryRecord.REFUSAL + " " + refusal.value + " in it, sorry.");
            }
        }
        return record;
    }

    // Each element is replaced once, so that A=B and B=A exchange two labels.
    private StoryRecord swapped(StoryRecord original) {
        StoryRecord record = original;
        for (String field : LISTS) {
            List<String> values = new ArrayList<>(list(record, field));
            values.replaceAll(value -> {
                for (Swap swap : swaps) {
                    if (swap.field.equals(field) && swap.from.equals(value)) {
                        return swap.to;
                    }
                }
                return value;
            });
            record = with(record, field, values);
        }
        return record;
    }

    static RandomGenerator random(long seed, int shard) {
        return Streams.of(seed, "pretokenize", shard);
    }
}
