package org.kymograph.stories.corpus;

import java.util.List;
import java.util.Map;

/** What stories are made of. No word list has a word that marks a feature. */
final class MicroWords {
    static final List<String> VERBS =
            list("jump run sing dance play hide climb swim skip walk sit draw read cook dig paint ride roll"
                    + " rest sleep hop march row sail sketch bake build clap crawl fish hum juggle kneel laugh nap slide spin stretch"
                    + " whistle yodel");
    static final List<String> NOUNS =
            list("ball box cat cup dog doll drum duck fan fish flag fork frog gift goat hat hen horn kite lamp"
                    + " leaf log map mask mouse nest net nut pan pen pig pin plum pot puppet rabbit ring rock rope rug sack shell ship"
                    + " shoe sock spoon star stick stone stool swan toad top toy train truck tub vase wand worm");
    static final List<String> ADJECTIVES = list(
            "big brave bright calm clever curious fast friendly funny gentle happy honest jolly kind"
                    + " little lively lucky merry mild neat nice patient polite proud quick quiet shy silly strong young");
    static final List<String> GIRLS = list("Lily Anna Mia Sue Zoe Amy Ella Rose Jane Kate");
    static final List<String> BOYS = list("Tom Ben Tim Max Sam Leo Jack Bob Dan Finn");
    static final List<String> PLACES =
            list("park garden forest kitchen barn school attic yard field meadow market library shop cave tower");
    static final List<String> SAYINGS = List.of("Hello", "Look", "Wow", "Come here", "Oh my", "How nice");
    static final List<String> FILLERS = List.of(
            "The sun was warm.",
            "It was a fine day.",
            "The grass was green.",
            "A bird sat in a tree.",
            "The time went by.");
    static final List<String> GOOD_ENDINGS = List.of("went home and smiled.", "was very glad.", "had fun all day.");
    static final List<String> BAD_ENDINGS = List.of("went home and cried.", "was very sad.", "lost it forever.");
    static final List<String> MORALS = List.of("share", "listen", "be kind", "help");
    static final List<String> CLUES = List.of(
            "The sky was dark.",
            "The branch had a crack.",
            "There was a soft buzz.",
            "There was some smoke.",
            "The wind was cold.",
            "The ground shook a bit.");
    static final Map<String, String> EVENTS = Map.of(
            CLUES.get(0), "Then the rain fell.",
            CLUES.get(1), "Then the branch broke.",
            CLUES.get(2), "Then a bee flew out.",
            CLUES.get(3), "Then a fire burned.",
            CLUES.get(4), "Then the snow came.",
            CLUES.get(5), "Then a giant walked past.");

    private MicroWords() {}

    private static List<String> list(String words) {
        return List.of(words.split(" "));
    }
}
