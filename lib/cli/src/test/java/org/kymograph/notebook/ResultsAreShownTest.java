package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.kymograph.plot.PlotlyFigure;
import tech.tablesaw.api.Table;

/** Every module is seen from here: what a lab finds shows itself when it ends a cell. */
class ResultsAreShownTest {
    /** Public types of the labs that are no results: they make others, step by step. */
    private static final Set<String> NO_RESULTS = Set.of(
            "DeepLinear",
            "Ensemble",
            "Hardness",
            "LabelNoise",
            "LogisticDetector",
            "OnlineDecoder",
            "Patterning",
            "PosteriorDerivative",
            "Quadratic",
            "SampleLosses",
            "SampleWeights",
            "ThresholdSamples",
            "Thumbnails",
            "TokenBatches",
            "TokenPiece");

    @Test
    void everyPublicResultTypeOfALabHasARenderer() {
        Renderers renderers = new Renderers();
        Set<String> types = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        for (JavaClass c : new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests())
                .importPackages(
                        "org.kymograph.states",
                        "org.kymograph.cartography",
                        "org.kymograph.connectivity",
                        "org.kymograph.stories",
                        "org.kymograph.degeneracy")) {
            if (!c.getModifiers().contains(JavaModifier.PUBLIC)
                    || !c.isTopLevelClass()
                    || c.isInterface()
                    || c.isEnum()) {
                continue;
            }
            Class<?> type = c.reflect();
            boolean onlyStatic = Arrays.stream(type.getDeclaredMethods())
                    .filter(m -> Modifier.isPublic(m.getModifiers()))
                    .allMatch(m -> Modifier.isStatic(m.getModifiers()));
            boolean settings = Arrays.stream(type.getDeclaredMethods())
                    .anyMatch(m -> m.getName().startsWith("with"));
            boolean shown = Arrays.stream(type.getDeclaredMethods()).anyMatch(ResultsAreShownTest::gives);
            if (onlyStatic || settings && !shown || ResultRenderers.class.isAssignableFrom(type)) {
                continue;
            }
            types.add(type.getSimpleName());
            if (!renderers.shows(type) && !NO_RESULTS.contains(type.getSimpleName())) {
                missing.add(type.getName());
            }
        }
        assertThat(types).hasSizeGreaterThan(30);
        assertThat(missing).isEmpty();
    }

    private static boolean gives(Method method) {
        return Modifier.isPublic(method.getModifiers())
                && !Modifier.isStatic(method.getModifiers())
                && method.getParameterCount() == 0
                && (Table.class.isAssignableFrom(method.getReturnType())
                        || PlotlyFigure.class.isAssignableFrom(method.getReturnType()));
    }
}
