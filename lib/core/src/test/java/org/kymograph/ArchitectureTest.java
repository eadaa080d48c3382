package org.kymograph;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@ArchTag("slow")
@AnalyzeClasses(packages = "org.kymograph", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointToTheLeft = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("org.kymograph..")
            .layer("base")
            .definedBy("org.kymograph.base..")
            .layer("record")
            .definedBy("org.kymograph.record..")
            .layer("stats")
            .definedBy("org.kymograph.stats..")
            .layer("data")
            .definedBy("org.kymograph.data..")
            .layer("model")
            .definedBy("org.kymograph.model..")
            .layer("train")
            .definedBy("org.kymograph.train..")
            .layer("evaluate")
            .definedBy("org.kymograph.evaluate..")
            .layer("plot")
            .definedBy("org.kymograph.plot..")
            .layer("notebook")
            .definedBy("org.kymograph.notebook..")
            .whereLayer("base")
            .mayNotAccessAnyLayer()
            .whereLayer("record")
            .mayOnlyAccessLayers("base")
            .whereLayer("stats")
            .mayOnlyAccessLayers("base", "record")
            .whereLayer("data")
            .mayOnlyAccessLayers("base", "record")
            .whereLayer("model")
            .mayOnlyAccessLayers("base", "record")
            .whereLayer("train")
            .mayOnlyAccessLayers("base", "record", "data", "model", "stats")
            .whereLayer("evaluate")
            .mayOnlyAccessLayers("base", "record", "stats", "data", "model", "train")
            .whereLayer("plot")
            .mayOnlyAccessLayers("base", "record", "stats")
            .whereLayer("notebook")
            .mayOnlyAccessLayers("base", "record", "stats", "data", "model", "train", "plot");

    @ArchTest
    static final ArchRule packagesFormNoCycles = SlicesRuleDefinition.slices()
            .matching("org.kymograph.(**)")
            .should()
            .beFreeOfCycles();
}
