package org.kymograph.model;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;

/** The names that a point can be asked for by. */
final class HookNames {
    // TransformerLens: blocks.0.hook_resid_pre, blocks.0.attn.hook_q, blocks.0.mlp.hook_pre.
    private static final Pattern OLD = Pattern.compile("blocks\\.(\\d+)\\.(?:(attn|mlp)\\.)?hook_(\\w+)");
    // Its TransformerBridge: blocks.0.hook_in, blocks.0.attn.q.hook_out.
    private static final Pattern NEW = Pattern.compile("blocks\\.(\\d+)\\.(.+)");
    private static final Map<String, String> BRIDGE = Map.ofEntries(
            Map.entry("hook_in", "resid_pre"),
            Map.entry("hook_out", "resid_post"),
            Map.entry("ln2.hook_in", "resid_mid"),
            Map.entry("attn.q.hook_out", "q"),
            Map.entry("attn.k.hook_out", "k"),
            Map.entry("attn.v.hook_out", "v"),
            Map.entry("attn.o.hook_in", "z"),
            Map.entry("attn.hook_out", "attn_out"),
            Map.entry("mlp.in.hook_out", "mlp_pre"),
            Map.entry("mlp.out.hook_in", "mlp_post"),
            Map.entry("mlp.hook_out", "mlp_out"));

    private HookNames() {}

    /**
     * Finds a point by one of its names.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    static String resolve(String name, List<String> points) {
        String point = canonical(name);
        if (points.contains(point)) {
            return point;
        }
        throw Arguments.unknown("point", name, points);
    }

    private static String canonical(String name) {
        Matcher m = NEW.matcher(name);
        if (m.matches() && BRIDGE.containsKey(m.group(2))) {
            return BRIDGE.get(m.group(2)) + "." + m.group(1);
        }
        m = OLD.matcher(name);
        if (m.matches()) {
            return ("mlp".equals(m.group(2)) ? "mlp_" : "") + m.group(3) + "." + m.group(1);
        }
        String top = name.endsWith(".hook_out") ? name.substring(0, name.length() - ".hook_out".length()) : name;
        return top.startsWith("hook_") ? top.substring("hook_".length()) : top;
    }
}
