package org.kymograph;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Map;
import java.util.TreeMap;

/** The whole house: this module sees every other. */
@ArchTag("slow")
@AnalyzeClasses(packages = "org.kymograph", importOptions = DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule labsAndFloorFormNoCycles = SlicesRuleDefinition.slices()
            .matching("org.kymograph.(*)..")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static void aNotebookThatImportsAllPackagesFindsEachNameOnce(JavaClasses classes) {
        Map<String, String> packages = new TreeMap<>();
        for (JavaClass c : classes) {
            if (c.getModifiers().contains(JavaModifier.PUBLIC)
                    && c.isTopLevelClass()
                    && !c.getPackageName().startsWith("org.kymograph.cli")) {
                assertThat(packages.put(c.getSimpleName(), c.getPackageName()))
                        .as(c.getName())
                        .isNull();
            }
        }
        assertThat(packages).hasSizeGreaterThan(100);
    }
}
