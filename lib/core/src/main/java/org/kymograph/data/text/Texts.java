package org.kymograph.data.text;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.tensors.Tensor;

/**
 * Labelled texts, or groups of texts such as a premise and a hypothesis, in order.
 *
 * @param name the task or collection
 * @param split which part of it, such as {@code "train"}
 * @param examples the examples, all with the same number of texts
 * @param labels the names of the classes, in order; none if the labels are numbers to regress on
 */
public record Texts(String name, String split, List<Example> examples, List<String> labels) {
    /**
     * One example.
     *
     * @param id what its source calls it
     * @param texts its texts, at least one
     * @param label its class, from 0, or a finite number to regress on
     */
    public record Example(String id, List<String> texts, double label) {
        /** Checks that there is a text. */
        public Example {
            Objects.requireNonNull(id, "id");
            texts = List.copyOf(Arguments.notEmpty("texts of example " + id, texts));
        }
    }

    /**
     * Checks that the examples fit each other.
     *
     * @throws IllegalArgumentException if one has another number of texts, or a label that is no class or not finite
     */
    public Texts {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(split, "split");
        examples = List.copyOf(examples);
        labels = List.copyOf(labels);
        if (labels.size() == 1) {
            throw Arguments.unexpected("labels", labels, "at least 2, or none for numbers");
        }
        for (Example e : examples) {
            if (e.texts().size() != examples.get(0).texts().size()) {
                throw Arguments.unexpected(
                        "the number of texts of example " + e.id(),
                        e.texts().size(),
                        examples.get(0).texts().size() + ", as the first has");
            }
            if (labels.isEmpty()
                    ? !Double.isFinite(e.label())
                    : e.label() != Math.rint(e.label()) || e.label() < 0 || e.label() >= labels.size()) {
                throw Arguments.unexpected(
                        "label of example " + e.id(),
                        e.label(),
                        labels.isEmpty() ? "a finite number" : "0 to " + (labels.size() - 1));
            }
        }
    }

    /**
     * Returns the number of examples.
     *
     * @return the number of examples
     */
    public int size() {
        return examples.size();
    }

    /**
     * Returns the ids, in order.
     *
     * @return the ids, in order
     */
    public List<String> ids() {
        return examples.stream().map(Example::id).toList();
    }

    /**
     * Returns each example's texts, side by side, as one line to show.
     *
     * @return each example's texts, side by side, as one line to show
     */
    public List<String> lines() {
        return examples.stream().map(e -> String.join(" ║ ", e.texts())).toList();
    }

    /**
     * Returns those examples, in that order.
     *
     * @param rows indices of examples, 0 to size-1; may repeat
     * @return those examples, in that order
     */
    public Texts at(int[] rows) {
        return new Texts(
                name, split, Arrays.stream(rows).mapToObj(examples::get).toList(), labels);
    }

    /**
     * Returns the texts with their classes in another order, such as that of a trained classifier.
     *
     * @param names the names of the same classes, in any case, in the order wanted
     * @return the texts with the numbers of their classes in that order
     * @throws IllegalArgumentException if the names aren't those of the classes
     */
    public Texts withOrder(List<String> names) {
        List<String> wanted =
                names.stream().map(n -> n.toLowerCase(Locale.ROOT)).toList();
        List<Integer> places = labels.stream()
                .map(l -> wanted.indexOf(l.toLowerCase(Locale.ROOT)))
                .toList();
        Arguments.check(
                wanted.size() == labels.size() && !places.contains(-1),
                "names of the classes",
                names,
                labels + " in any order");
        return new Texts(
                name,
                split,
                examples.stream()
                        .map(e -> new Example(e.id(), e.texts(), places.get((int) e.label())))
                        .toList(),
                names);
    }

    /**
     * The input of a bag of embeddings.
     *
     * @param words numbers the words
     * @param longest the most words of a text, at least 1; what follows is cut
     * @return the word numbers {@code [N, L]}, or {@code [N, S, L]} for S texts, padded with 0
     * @throws IllegalArgumentException if there are no examples
     */
    public Dataset words(Words words, int longest) {
        Arguments.atLeast("longest", longest, 1);
        int texts = texts();
        long[] tokens = new long[Math.multiplyExact(Math.multiplyExact(size(), texts), longest)];
        for (int i = 0; i < size(); i++) {
            for (int s = 0; s < texts; s++) {
                long[] found = words.encode(examples.get(i).texts().get(s));
                System.arraycopy(found, 0, tokens, (i * texts + s) * longest, Math.min(longest, found.length));
            }
        }
        return data(tokens, texts == 1 ? new long[] {size(), longest} : new long[] {size(), texts, longest});
    }

    /**
     * The input of a BERT classifier.
     *
     * @param pieces cuts texts into word pieces
     * @param longest the length of an input, at least that of the longest example's pieces
     * @return word pieces, mask and token types {@code [N, 3, longest]}, padded with 0
     * @throws IllegalArgumentException if there are no examples, one of more than two texts, or a longer one
     */
    public Dataset pieces(WordPieces pieces, int longest) {
        Arguments.within("the number of texts of an example", texts(), 1, 2);
        long[] tokens = new long[Math.multiplyExact(Math.multiplyExact(size(), 3), longest)];
        for (int i = 0; i < size(); i++) {
            List<String> both = examples.get(i).texts();
            WordPieces.Pair pair =
                    both.size() == 1 ? pieces.encode(both.get(0)) : pieces.encode(both.get(0), both.get(1));
            if (pair.ids().length > longest) {
                throw Arguments.unexpected(
                        "longest",
                        longest,
                        "at least " + pair.ids().length + ", the word pieces of example "
                                + examples.get(i).id());
            }
            int at = i * 3 * longest;
            System.arraycopy(pair.ids(), 0, tokens, at, pair.ids().length);
            Arrays.fill(tokens, at + longest, at + longest + pair.ids().length, 1);
            System.arraycopy(pair.types(), 0, tokens, at + 2 * longest, pair.types().length);
        }
        return data(tokens, size(), 3, longest);
    }

    private int texts() {
        return Arguments.notEmpty("examples", examples).get(0).texts().size();
    }

    private Dataset data(long[] tokens, long... shape) {
        double[] values = examples.stream().mapToDouble(Example::label).toArray();
        Tensor targets = labels.isEmpty()
                ? Tensor.ofFloats(values, values.length)
                : Tensor.of(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), values.length);
        return new Dataset(name, split, 0, Tensor.of(tokens, shape), targets, labels.size(), Scaling.NONE);
    }
}
