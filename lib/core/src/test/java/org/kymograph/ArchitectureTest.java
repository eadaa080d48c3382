package org.kymograph;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import java.util.Map;
import java.util.TreeMap;

@AnalyzeClasses(packages = "org.kymograph", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointToTheLeft = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("record")
            .definedBy("..record..")
            .layer("data")
            .definedBy("..data..")
            .layer("model")
            .definedBy("..model..")
            .layer("train")
            .definedBy("..train..")
            .layer("states")
            .definedBy("..states..")
            .layer("cartography")
            .definedBy("..cartography..")
            .layer("connectivity")
            .definedBy("..connectivity..")
            .layer("stories")
            .definedBy("..stories..")
            .layer("degeneracy")
            .definedBy("..degeneracy..")
            .layer("plot")
            .definedBy("..plot..")
            .layer("notebook")
            .definedBy("..notebook..")
            .whereLayer("notebook")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("plot")
            .mayOnlyBeAccessedByLayers("notebook")
            .whereLayer("states")
            .mayOnlyBeAccessedByLayers("plot", "notebook")
            .whereLayer("cartography")
            .mayOnlyBeAccessedByLayers("plot", "notebook")
            .whereLayer("connectivity")
            .mayOnlyBeAccessedByLayers("plot", "notebook")
            .whereLayer("stories")
            .mayOnlyBeAccessedByLayers("plot", "notebook")
            .whereLayer("degeneracy")
            .mayOnlyBeAccessedByLayers("plot", "notebook")
            .whereLayer("data")
            .mayOnlyAccessLayers("record")
            .whereLayer("model")
            .mayOnlyAccessLayers("record")
            .whereLayer("record")
            .mayNotAccessAnyLayer();

    @ArchTest
    static void aNotebookThatImportsAllPackagesFindsEachNameOnce(JavaClasses classes) {
        Map<String, String> packages = new TreeMap<>();
        for (JavaClass c : classes) {
            if (c.getModifiers().contains(JavaModifier.PUBLIC) && c.isTopLevelClass()) {
                assertThat(packages.put(c.getSimpleName(), c.getPackageName()))
                        .as(c.getName())
                        .isNull();
            }
        }
        assertThat(packages).hasSizeGreaterThan(100);
    }
}
