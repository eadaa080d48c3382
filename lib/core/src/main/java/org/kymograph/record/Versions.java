package org.kymograph.record;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The versions of what is on the class path, read from the jars' own property files so that no engine is started. */
final class Versions {
    private Versions() {}

    static Map<String, String> inUse() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("java", System.getProperty("java.version"));
        versions.put("kymograph", property("META-INF/maven/org.kymograph/kymograph-core/pom.properties", "version"));
        versions.put("djl", property("ai/djl/engine/api.properties", "djl_version"));
        versions.put("pytorch", property("native/lib/pytorch.properties", "version"));
        return versions;
    }

    static String property(String resource, String key) {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getClassLoader().getResourceAsStream(resource)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return properties.getProperty(key, "unknown");
    }
}
