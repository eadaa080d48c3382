package org.kymograph.cartography.select;

import org.kymograph.base.Arguments;
import org.kymograph.data.text.GlueTsv;

/**
 * How the id of an example in a text data set becomes the guid under which a training log has it.
 *
 * <p>Source: the code published with Swayamdipta et al., Dataset Cartography (EMNLP 2020), which logs whole numbers.
 */
public enum GuidConversion {
    /** The id as it is. */
    NONE,
    /** The id's value, where ids are whole numbers: WinoGrande. */
    NUMBER {
        @Override
        public String text(String id) {
            return Long.toString(number(id));
        }
    },
    /**
     * A whole number made of the id's digits. In front stands 555 if the id starts with {@code vg_len}, 444 if it
     * starts with {@code vg_verb}; behind stands 0, 1 or 2 if the id's last character is e, c or n, else 3. So
     * {@code 3416050480.jpg#4r1n} becomes 3416050480412, and {@code train-17} and {@code 17} both become 173. Different
     * ids can become the same number: all without digits do.
     */
    DIGITS {
        @Override
        public String text(String id) {
            return Long.toString(number(id));
        }

        @Override
        public long number(String id) {
            StringBuilder digits =
                    new StringBuilder(id.startsWith("vg_len") ? "555" : id.startsWith("vg_verb") ? "444" : "");
            id.chars().filter(c -> c >= '0' && c <= '9').forEach(c -> digits.append((char) c));
            int label = id.isEmpty() ? -1 : "ecn".indexOf(id.charAt(id.length() - 1));
            return parse(id, digits.append(label < 0 ? 3 : label).toString());
        }
    },
    /** The row's number, from 0, as Hugging Face's {@code idx} of a data set all of whose rows have a label. */
    ROW {
        @Override
        public String text(GlueTsv.Row row) {
            return Long.toString(row.number());
        }
    },
    /** The number among the rows that have a label, from 0: {@code idx} that was given after SNLI's others were dropped. */
    LABELLED_ROW {
        @Override
        public String text(GlueTsv.Row row) {
            return Long.toString(row.labelled());
        }
    };

    /**
     * Returns the guid of an example.
     *
     * @param id the example's id
     * @throws IllegalArgumentException if the conversion makes numbers and the id isn't one or its number doesn't fit
     *     64 bits
     */
    public String text(String id) {
        return id;
    }

    /**
     * Returns the guid of a row of a file.
     *
     * @param row the row
     * @throws IllegalArgumentException if the conversion makes numbers of ids and the row's isn't one
     */
    public String text(GlueTsv.Row row) {
        return text(row.id());
    }

    /**
     * Returns the guid of an example as a number.
     *
     * @param id the example's id
     * @throws IllegalArgumentException if it isn't a whole number that fits 64 bits
     */
    public long number(String id) {
        return parse(id, id.strip());
    }

    private static long parse(String id, String number) {
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            IllegalArgumentException why = Arguments.unexpected(
                    "id", id, "one that becomes a whole number of at most 64 bits, not \"" + number + "\"");
            why.initCause(e);
            throw why;
        }
    }
}
