package io.elasticmemory.samples.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The house rules about source files. Each returns what breaks it, a line per file with the way
 * out; an empty list is a pass.
 */
final class SourceRules {

  private static final Pattern PACKAGE_COMMENT =
      Pattern.compile("/\\*\\*(.*?)\\*/\\s*(?:@\\w+\\s*)*package ", Pattern.DOTALL);
  private static final int PACKAGE_COMMENT_WORDS_MIN = 4;
  private static final Pattern LEFT_UNDONE = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

  private final Path project;
  private final List<String> modules;

  /** Rules for the modules (folder names) of a project. */
  SourceRules(Path project, List<String> modules) {
    this.project = project;
    this.modules = modules;
  }

  /** Every package has a package-info.java that is null-marked and says what it is for. */
  List<String> packagesWithoutPurpose() {
    return sources("src/main/java")
        .filter(file -> !file.endsWith("module-info.java"))
        .map(Path::getParent)
        .distinct()
        .map(folder -> folder.resolve("package-info.java"))
        .filter(Predicate.not(SourceRules::saysWhatItIsFor))
        .map(
            file ->
                shown(file)
                    + " must exist, with @NullMarked and a sentence that says what the package is"
                    + " for")
        .toList();
  }

  /** Every class with a layout of bytes has a test of its name that checks sizes. */
  List<String> layoutsWithoutSizeCheck() {
    return sources("src/main/java")
        .filter(file -> file.getFileName().toString().endsWith("Layout.java"))
        .filter(Predicate.not(this::hasSizeCheck))
        .map(
            file ->
                shown(file)
                    + " needs a "
                    + testOf(file)
                    + " beside it in src/test/java that compares its sizes in bytes with numbers:"
                    + " another process relies on them")
        .toList();
  }

  /** Nothing is left for later in a comment. */
  List<String> thingsLeftUndone() {
    return Stream.concat(sources("src/main/java"), sources("src/test/java"))
        .filter(file -> LEFT_UNDONE.matcher(withoutStrings(read(file))).find())
        .map(file -> shown(file) + " leaves something undone: do it, or take the mark out")
        .toList();
  }

  private static boolean saysWhatItIsFor(Path packageInfo) {
    if (!Files.exists(packageInfo)) {
      return false;
    }
    String text = read(packageInfo);
    Matcher comment = PACKAGE_COMMENT.matcher(text);
    return text.contains("@NullMarked")
        && comment.find()
        && Pattern.compile("\\w+").matcher(comment.group(1)).results().count()
            >= PACKAGE_COMMENT_WORDS_MIN;
  }

  private boolean hasSizeCheck(Path layout) {
    String layoutName = layout.getFileName().toString().replace(".java", "");
    Pattern size = Pattern.compile(layoutName + "\\.\\w*(?i:bytes|size)");
    return sources("src/test/java")
        .filter(file -> file.endsWith(testOf(layout)))
        .anyMatch(file -> size.matcher(read(file)).find());
  }

  private static String testOf(Path source) {
    return source.getFileName().toString().replace(".java", "Test.java");
  }

  private static String withoutStrings(String source) {
    return source.replaceAll("\"(\\\\.|[^\"\\\\\n])*\"", "");
  }

  private String shown(Path file) {
    return project.relativize(file).toString();
  }

  private Stream<Path> sources(String folder) {
    return modules.stream()
        .map(module -> project.resolve(module).resolve(folder))
        .filter(Files::isDirectory)
        .flatMap(SourceRules::javaFiles);
  }

  private static Stream<Path> javaFiles(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
