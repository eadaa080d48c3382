package org.kymograph.degeneracy.influence;

import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.modular.FourierBlock;
import org.kymograph.degeneracy.modular.ModularMlp;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.degeneracy.sampling.Subspace;

/**
 * A part of a network that is asked how it responds to samples: parameters by their names, or a subspace such as a {@link FourierBlock}.
 *
 * @param name what it is called, of letters, digits and dashes
 * @param mask a regular expression that occurs in the names of its parameters; empty for all
 * @param subspace the subspace; null if names say what it is
 */
public record NetworkPart(String name, String mask, Subspace subspace) {
    /** Checks the name. */
    public NetworkPart {
        Arguments.check(name.matches("[A-Za-z0-9-]+"), "name", name, "letters, digits and dashes");
    }

    /**
     * Returns the part of some parameters.
     *
     * @param name what it is called
     * @param mask a regular expression that occurs in their names
     * @return the part
     */
    public static NetworkPart of(String name, String mask) {
        return new NetworkPart(name, mask, null);
    }

    /**
     * Returns a subspace as a part.
     *
     * @param name what it is called
     * @param subspace the subspace
     * @return the part
     */
    public static NetworkPart of(String name, Subspace subspace) {
        return new NetworkPart(name, "", subspace);
    }

    /** Returns the whole network, whose response is the derivative of λ̂ itself. */
    public static NetworkPart whole() {
        return of("whole", "");
    }

    /**
     * Returns the usual parts of a network that adds modulo p: the embedding, what lies between, the head; and of the embedding the block of the modes that
     * stand out at the end of the run, and the block of all others.
     *
     * @param run a run
     * @return the parts
     */
    public static List<NetworkPart> of(ModularRun run) {
        List<NetworkPart> parts = new ArrayList<>();
        if (!(run.network() instanceof ModularMlp mlp)) {
            parts.add(of("embedding", "^embed"));
            parts.add(of("attention", "attn"));
            parts.add(of("hidden", "mlp"));
            parts.add(of("head", "^unembed"));
        } else {
            parts.add(of("embedding", "^embedding"));
            if (mlp.linear1Tied()) {
                parts.add(of("first-layer", "^linear1"));
            } else {
                parts.add(of("left", "^linear1l"));
                parts.add(of("right", "^linear1r"));
            }
            parts.add(of("head", "^linear2"));
        }
        FourierBlock key = FourierBlock.ofKeyModes(run);
        parts.add(of("key-modes", key));
        parts.add(of("other-modes", key.others()));
        return List.copyOf(parts);
    }

    /** Returns settings whose chains move in this part alone. */
    LearningCoefficient in(LearningCoefficient settings) {
        // Without a subspace first, since a mask is refused beside one.
        return settings.withSubspace(null).withMask(mask).withSubspace(subspace);
    }

    boolean isWhole() {
        return mask.isEmpty() && subspace == null;
    }
}
