package io.elasticmemory.samples.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import io.elasticmemory.samples.rules.CodeRules.Boundary;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The house rules, against this project. {@link HouseRulesControlTest} shows that they can fail.
 */
class HouseRulesTest {

  /** Tests run in their module's folder. */
  private static final Path PROJECT = Path.of("").toAbsolutePath().getParent();

  private static final List<Boundary> BOUNDARIES = CodeRules.BOUNDARIES;
  private static final List<String> MODULES = BOUNDARIES.stream().map(Boundary::module).toList();

  private static JavaClasses main;
  private static JavaClasses mainAndTest;

  private final SourceRules sources = new SourceRules(PROJECT, MODULES);

  @BeforeAll
  static void readClasses() {
    main = CodeRules.classesIn(folders("target/classes"));
    mainAndTest =
        CodeRules.classesIn(
            Stream.of("target/classes", "target/test-classes")
                .map(HouseRulesTest::folders)
                .flatMap(Stream::of)
                .toArray(Path[]::new));
  }

  @Test
  void looksAtEveryModule() {
    assertThat(PROJECT.resolve("pom.xml")).content().contains(MODULES);
    assertThat(main)
        .extracting(c -> c.getPackageName())
        .contains("io.elasticmemory", "io.elasticmemory.samples");
  }

  @Test
  void makesNativeCallsOnlyInFfm() {
    check(CodeRules.nativeCallsOnlyInFfm(), main);
  }

  @Test
  void makesNoCriticalCalls() {
    check(CodeRules.noCriticalCalls(), mainAndTest);
  }

  @Test
  void usesNoJdkInternals() {
    check(CodeRules.noJdkInternals(), mainAndTest);
  }

  @Test
  void measuresTimeByAClockThatNobodySets() {
    check(CodeRules.noWallClock(), main);
  }

  @Test
  void namesSaySomething() {
    check(CodeRules.namesThatSaySomething(), mainAndTest);
  }

  @ParameterizedTest
  @FieldSource("BOUNDARIES")
  void modulesKeepTheirBoundaries(Boundary boundary) {
    Path classes = PROJECT.resolve(boundary.module()).resolve("target/classes");
    check(CodeRules.keeps(boundary), CodeRules.classesIn(classes));
  }

  @Test
  void packagesSayWhatTheyAreFor() {
    assertThat(sources.packagesWithoutPurpose()).isEmpty();
  }

  @Test
  void layoutsHaveASizeCheck() {
    assertThat(sources.layoutsWithoutSizeCheck()).isEmpty();
  }

  @Test
  void nothingIsLeftUndone() {
    assertThat(sources.thingsLeftUndone()).isEmpty();
  }

  private static void check(ArchRule rule, JavaClasses classes) {
    rule.allowEmptyShould(true).check(classes);
  }

  private static Path[] folders(String folder) {
    return MODULES.stream()
        .map(module -> PROJECT.resolve(module).resolve(folder))
        .toArray(Path[]::new);
  }
}
