package dev.lithe.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The rules of ARCHITECTURE.md that the compiler cannot see.
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.lithe");

    /// Module package → the module packages that it may know. Data flow one way.
    private static final Map<String, List<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("schema", List.of()),
            Map.entry("graph", List.of("schema")),
            Map.entry("operators", List.of("graph", "schema")),
            Map.entry("importers", List.of("operators", "graph", "schema", "transforms")),
            Map.entry("transforms", List.of("operators", "graph", "schema")),
            Map.entry("runtime", List.of("operators", "graph", "schema")),
            Map.entry("datasets", List.of("graph", "schema")),
            Map.entry("calibration", List.of("runtime", "datasets", "operators", "graph", "schema")),
            Map.entry("quantizer", List.of("transforms", "operators", "graph", "schema")),
            Map.entry("evaluation", List.of("runtime", "datasets", "operators", "graph", "schema")));

    @TestFactory
    Stream<DynamicTest> data_flows_one_way() {
        return MAY_KNOW.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    String own = "dev.lithe." + entry.getKey() + "..";
                    String[] allowed = Stream.concat(
                                    Stream.of(own, "java..", "javax..", "jdk..", "org..", "com..", "io..", "tools.."),
                                    entry.getValue().stream().map(name -> "dev.lithe." + name + ".."))
                            .toArray(String[]::new);
                    classes()
                            .that()
                            .resideInAPackage(own)
                            .should()
                            .onlyDependOnClassesThat(inPackages(allowed))
                            .check(CLASSES);
                }));
    }

    @TestFactory
    Stream<DynamicTest> internal_packages_are_their_modules_own() {
        return Stream.concat(MAY_KNOW.keySet().stream(), Stream.of("converter", "cli"))
                .map(module -> DynamicTest.dynamicTest(
                        module,
                        () -> noClasses()
                                .that()
                                .resideOutsideOfPackage("dev.lithe." + module + "..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("dev.lithe." + module + ".internal..")
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void libraries_never_print() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.lithe.cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(CLASSES);
    }

    @TestFactory
    Stream<DynamicTest> third_parties_stay_confined() {
        return Stream.of(
                        confined("jdk.incubator.vector..", "dev.lithe.runtime.simd.."),
                        confined("com.google.protobuf..", "dev.lithe.importers.."),
                        confined("picocli..", "dev.lithe.cli.."),
                        confined("io.jhdf..", "dev.lithe.importers.."),
                        confined(
                                "tools.jackson..",
                                "dev.lithe.calibration..",
                                "dev.lithe.importers..",
                                "dev.lithe",
                                "dev.lithe.internal..",
                                "dev.lithe.cli.."))
                .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(CLASSES)));
    }

    private static ArchRule confined(String thirdParty, String... homes) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(thirdParty)
                .as(thirdParty + " is used in " + Arrays.toString(homes) + " only");
    }

    private static DescribedPredicate<JavaClass> inPackages(String[] packages) {
        return JavaClass.Predicates.resideInAnyPackage(packages)
                .or(DescribedPredicate.describe("arrays and primitives", c -> c.isArray() || c.isPrimitive()));
    }
}
