package io.elasticmemory.samples.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

/** The house rules about compiled classes. */
final class CodeRules {

  /** A module's folder, and the packages of ours that it must not know. */
  record Boundary(String module, List<String> forbidden) {}

  private static final String FFM = "io.elasticmemory.ffm..";

  /** Of the agent's tests: programs as other people write them. */
  private static final String PROGRAMS = "io.elasticmemory.agent.program";

  private static final String TIERING = "io.elasticmemory.tiering..";
  private static final String EXPORTER = "io.elasticmemory.exporter..";
  private static final String AGENT = "io.elasticmemory.agent..";
  private static final String SAMPLES = "io.elasticmemory.samples..";

  static final List<Boundary> BOUNDARIES =
      List.of(
          new Boundary("emp-core", List.of(FFM, TIERING, EXPORTER, AGENT, SAMPLES)),
          new Boundary("tiering", List.of(FFM, EXPORTER, AGENT, SAMPLES)),
          new Boundary("emp-ffm", List.of(TIERING, EXPORTER, AGENT, SAMPLES)),
          new Boundary("emp-exporter", List.of(FFM, AGENT, SAMPLES)),
          new Boundary("emp-agent", List.of(FFM, TIERING, EXPORTER, SAMPLES)),
          new Boundary("samples", List.of()));

  private CodeRules() {}

  /** The classes below the folders that exist; a module without classes contributes none. */
  static JavaClasses classesIn(Path... folders) {
    List<Path> existing = Arrays.stream(folders).filter(Files::isDirectory).toList();
    return new ClassFileImporter().importPaths(existing);
  }

  static ArchRule nativeCallsOnlyInFfm() {
    ArchRule linking =
        noClasses()
            .that()
            .resideOutsideOfPackages(FFM, AGENT)
            .should()
            .dependOnClassesThat(assignableTo(Linker.class).or(assignableTo(SymbolLookup.class)));
    ArchRule reinterpreting =
        noClasses()
            .that()
            .resideOutsideOfPackages(FFM, AGENT)
            .should()
            .callMethodWhere(
                callTo(MemorySegment.class, "reinterpret")
                    .or(callTo(AddressLayout.class, "withTargetLayout"))
                    .or(
                        callTo(System.class, "load|loadLibrary")
                            .or(callTo(Runtime.class, "load|loadLibrary"))));
    ArchRule declaring = noMethods().should().haveModifier(NATIVE);
    return CompositeArchRule.of(linking)
        .and(reinterpreting)
        .and(declaring)
        .because(
            "one module makes native calls, so that users grant native access to one name:"
                + " add a verb to a port of emp-core and implement it in emp-ffm; only the agent"
                + " deals in a program's own addresses and handles");
  }

  static ArchRule noCriticalCalls() {
    return noClasses()
        .should()
        .callMethod(Linker.Option.class, "critical", boolean.class)
        .because(
            "a critical call holds up every safepoint; if it meets paged memory, the JVM stands"
                + " still until the pager answers: make it an ordinary call");
  }

  static ArchRule noJdkInternals() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(PROGRAMS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("sun..", "jdk.internal..")
        .because("sun.misc and its kin go away without notice: use java.lang.foreign or VarHandle");
  }

  /** Samples may say what time it is, and the agent when a space was opened. */
  static ArchRule noWallClock() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(SAMPLES, AGENT)
        .should()
        .callMethodWhere(
            callTo(System.class, "currentTimeMillis")
                .or(callTo(Instant.class, "now"))
                .or(callTo(Clock.class, "system.*")))
        .orShould()
        .dependOnClassesThat(assignableTo(Date.class))
        .because(
            "that clock may be set while something waits, and then a lease ends or a wait does not:"
                + " take System.nanoTime or the port Clock");
  }

  static ArchRule namesThatSaySomething() {
    return noClasses()
        .should()
        .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper)(\\$.*)?")
        .because("such a name says nothing: take the word for what it does, or keeps, or decides");
  }

  static ArchRule keeps(Boundary boundary) {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(boundary.forbidden().toArray(String[]::new))
        .as(boundary.module() + " should not know " + String.join(", ", boundary.forbidden()))
        .because(
            "modules depend on emp-core, and meet only there: put what both need behind a port, or"
                + " find the implementation with ServiceLoader");
  }

  private static DescribedPredicate<JavaMethodCall> callTo(Class<?> type, String name) {
    return target(nameMatching(name)).and(target(owner(assignableTo(type)))).forSubtype();
  }
}
