package io.elasticmemory.samples.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import io.elasticmemory.samples.rules.CodeRules.Boundary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A project that breaks every house rule: a rule that finds nothing in it does not work. */
class HouseRulesControlTest {

  @Nested
  class OfCompiledClasses {

    @TempDir private static Path folder;
    private static JavaClasses offenders;

    @BeforeAll
    static void compileOffenders() throws Exception {
      offender("core.Links", "Object it = java.lang.foreign.Linker.nativeLinker();");
      offender("core.LooksUp", "Object it = java.lang.foreign.SymbolLookup.loaderLookup();");
      offender(
          "core.Reinterprets", "Object it = java.lang.foreign.MemorySegment.NULL.reinterpret(8);");
      offender("core.Loads", "void it() { System.loadLibrary(\"c\"); }");
      offender("core.LoadsToo", "void it() { Runtime.getRuntime().load(\"c\"); }");
      offender("core.Declares", "native void it();");
      offender("ffm.Links", "Object it = java.lang.foreign.Linker.nativeLinker();");
      offender("ffm.Hurries", "Object it = java.lang.foreign.Linker.Option.critical(true);");
      offender("core.Digs", "Class<?> it = sun.misc.Unsafe.class;");
      offender("core.Looks", "long it = System.currentTimeMillis();");
      offender("core.LooksToo", "Object it = java.time.Instant.now();");
      offender("core.Dates", "Object it = new java.util.Date();");
      offender("samples.Looks", "long it = System.currentTimeMillis();");
      offender("core.Measures", "long it = System.nanoTime();");
      offender("core.MemoryManager", "");
      offender("core.SpaceImpl", "");
      offender("core.Bytes$Utils", "");
      offender("core.Innocent", "Object it = java.lang.foreign.MemorySegment.NULL;");
      for (String module : List.of("ffm", "tiering", "exporter", "agent", "samples")) {
        offender(module + ".Part", "");
        offender("core.Knows_" + module, "Object it = new io.elasticmemory." + module + ".Part();");
      }
      compile();
      offenders = CodeRules.classesIn(folder.resolve("classes"));
    }

    @Test
    void findsNativeCallsOutsideFfm() {
      assertFinds(
          CodeRules.nativeCallsOnlyInFfm(),
          "core.Links",
          "core.LooksUp",
          "core.Reinterprets",
          "core.Loads",
          "core.LoadsToo",
          "core.Declares");
      assertSpares(CodeRules.nativeCallsOnlyInFfm(), "ffm.Links", "core.Innocent");
    }

    @Test
    void findsCriticalCallsAlsoInFfm() {
      assertFinds(CodeRules.noCriticalCalls(), "ffm.Hurries");
      assertSpares(CodeRules.noCriticalCalls(), "ffm.Links");
    }

    @Test
    void findsJdkInternals() {
      assertFinds(CodeRules.noJdkInternals(), "core.Digs");
      assertSpares(CodeRules.noJdkInternals(), "core.Innocent");
    }

    @Test
    void findsClocksThatMayBeSet() {
      assertFinds(CodeRules.noWallClock(), "core.Looks", "core.LooksToo", "core.Dates");
      assertSpares(CodeRules.noWallClock(), "samples.Looks", "core.Measures");
    }

    @Test
    void findsNamesThatSayNothing() {
      assertFinds(
          CodeRules.namesThatSaySomething(), "core.MemoryManager", "core.SpaceImpl", "core.Bytes");
      assertSpares(CodeRules.namesThatSaySomething(), "core.Innocent");
    }

    static Stream<Boundary> closedBoundaries() {
      return CodeRules.BOUNDARIES.stream().filter(boundary -> !boundary.forbidden().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("closedBoundaries")
    void findsEveryModuleThatIsKnownWithoutRight(Boundary boundary) {
      String[] found =
          boundary.forbidden().stream()
              .map(forbidden -> forbidden.replaceAll(".*\\.(\\w+)\\.\\.", "core.Knows_$1"))
              .toArray(String[]::new);
      assertFinds(CodeRules.keeps(boundary), found);
      assertSpares(CodeRules.keeps(boundary), "core.Innocent");
    }

    private static void assertFinds(ArchRule rule, String... names) {
      assertThatThrownBy(() -> rule.check(offenders))
          .isInstanceOf(AssertionError.class)
          .hasMessageContainingAll(
              Stream.of(names).map(name -> "io.elasticmemory." + name).toArray(String[]::new));
    }

    private static void assertSpares(ArchRule rule, String... names) {
      assertThat(rule.evaluate(offenders).getFailureReport().toString())
          .doesNotContain(Stream.of(names).map(n -> "io.elasticmemory." + n).toList());
    }

    /** Writes a class io.elasticmemory.NAME with the body; Outer$Inner becomes a nested class. */
    private static void offender(String name, String body) throws IOException {
      Path file = folder.resolve(name.replace('.', '/').replaceAll("\\$.*", "") + ".java");
      String[] classes = name.substring(name.indexOf('.') + 1).split("\\$", 2);
      String inner = classes.length == 1 ? body : "static class " + classes[1] + " {}";
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          "package io.elasticmemory.%s; public class %s { %s }"
              .formatted(name.substring(0, name.indexOf('.')), classes[0], inner));
    }

    /**
     * With a compiler of its own: this module does not see sun.misc, and Error Prone would mind.
     */
    private static void compile() throws Exception {
      List<String> sources;
      try (Stream<Path> files = Files.walk(folder)) {
        sources = files.map(Path::toString).filter(file -> file.endsWith(".java")).toList();
      }
      List<String> command =
          Stream.concat(
                  Stream.of(
                      Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                      "-nowarn",
                      "-d",
                      folder.resolve("classes").toString()),
                  sources.stream())
              .toList();
      Path log = folder.resolve("log");
      Process compiler =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(compiler.waitFor(60, TimeUnit.SECONDS)).as("javac ends").isTrue();
      assertThat(compiler.exitValue()).as(Files.readString(log)).isZero();
    }
  }

  @Nested
  class OfSourceFiles {

    @TempDir private Path project;

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "@NullMarked package p;",
          "/** Bytes and more. */ @NullMarked package p;",
          "/** The words of the whole project. */ package p;"
        })
    void findsAPackageThatDoesNotSayWhatItIsFor(String packageInfo) throws IOException {
      source("src/main/java/p/A.java", "class A {}");
      if (!packageInfo.isEmpty()) {
        source("src/main/java/p/package-info.java", packageInfo);
      }
      assertThat(rules().packagesWithoutPurpose())
          .singleElement()
          .asString()
          .startsWith("module/src/main/java/p/package-info.java must exist");
    }

    @Test
    void acceptsAPackageThatSaysWhatItIsFor() throws IOException {
      source("src/main/java/p/A.java", "class A {}");
      source(
          "src/main/java/p/package-info.java",
          "/** The words of the whole project. */\n@NullMarked\npackage p;");
      assertThat(rules().packagesWithoutPurpose()).isEmpty();
    }

    @Test
    void findsALayoutWithoutATest() throws IOException {
      source("src/main/java/p/PageLayout.java", "class PageLayout {}");
      assertThat(rules().layoutsWithoutSizeCheck())
          .singleElement()
          .asString()
          .contains("PageLayout.java needs a PageLayoutTest.java");
    }

    @Test
    void findsALayoutWhoseTestLooksAtNoSize() throws IOException {
      source("src/main/java/p/PageLayout.java", "class PageLayout {}");
      source("src/test/java/p/PageLayoutTest.java", "class PageLayoutTest { PageLayout it; }");
      assertThat(rules().layoutsWithoutSizeCheck()).hasSize(1);
    }

    @Test
    void acceptsALayoutWithASizeCheck() throws IOException {
      source("src/main/java/p/PageLayout.java", "class PageLayout {}");
      source("src/test/java/p/PageLayoutTest.java", "assertThat(PageLayout.HEADER_BYTES)");
      assertThat(rules().layoutsWithoutSizeCheck()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TODO", "FIXME", "XXX"})
    void findsWhatIsLeftUndone(String mark) throws IOException {
      source("src/test/java/p/A.java", "// " + mark + ": later");
      assertThat(rules().thingsLeftUndone()).singleElement().asString().contains("p/A.java");
    }

    private SourceRules rules() {
      return new SourceRules(project, List.of("module"));
    }

    private void source(String path, String text) throws IOException {
      Path file = project.resolve("module").resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
  }
}
