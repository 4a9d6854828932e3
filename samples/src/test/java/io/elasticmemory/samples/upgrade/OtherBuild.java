package io.elasticmemory.samples.upgrade;

import io.elasticmemory.samples.process.ClassPath;
import io.elasticmemory.wire.BlockTableLayout;
import java.io.File;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Another build, made of this one: all that a pager needs, in jars in a directory of its own, with
 * another version and what else a test wants to be different.
 */
public final class OtherBuild {
  private static final List<String> NEEDED =
      List.of("emp-core", "emp-ffm", "tiering", "slf4j-api", "lz4-java");

  private static final String CORE_CLASS = "io/elasticmemory/EmpVersion.class";
  private static final String VERSION = "/io/elasticmemory/version.txt";
  private static final String BUILD = "/io/elasticmemory/wire/Build.class";

  private final String version;
  private String missing = "";
  private boolean hasLaterTable;

  private OtherBuild(String version) {
    this.version = version;
  }

  /** One that calls itself so. */
  public static OtherBuild of(String version) {
    return new OtherBuild(version);
  }

  /** It lacks a class of the pager, and fails when that is needed. */
  public OtherBuild without(String pagerClass) {
    missing = "/io/elasticmemory/tiering/pager/" + pagerClass + ".class";
    return this;
  }

  /** It says that its block table is of the next version. */
  public OtherBuild withLaterTable() {
    hasLaterTable = true;
    return this;
  }

  /** Puts it into a directory that is not there yet. */
  public Path in(Path directory) throws IOException {
    Files.createDirectories(directory);
    int count = 0;
    for (String entry : ClassPath.current().split(File.pathSeparator)) {
      Path place = Path.of(entry);
      if (Files.exists(place) && isNeeded(place)) {
        copy(place, directory, count++);
      }
    }
    return directory;
  }

  private static boolean isNeeded(Path place) {
    String name = place.toString();
    return NEEDED.stream().anyMatch(name::contains)
        && !name.contains("test-classes")
        && !name.endsWith("-tests.jar");
  }

  private void copy(Path place, Path directory, int number) throws IOException {
    if (Files.isDirectory(place)) {
      copyAll(place, directory, number);
    } else {
      try (FileSystem jar = FileSystems.newFileSystem(place)) {
        copyAll(jar.getPath("/"), directory, number);
      }
    }
  }

  private void copyAll(Path root, Path directory, int number) throws IOException {
    String name = Files.exists(root.resolve(CORE_CLASS)) ? "emp-core.jar" : number + ".jar";
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(directory.resolve(name)));
        Stream<Path> files = Files.walk(root)) {
      jar.setLevel(0);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String inside = "/" + root.relativize(file);
        if (!inside.equals(missing)) {
          jar.putNextEntry(new ZipEntry(inside.substring(1)));
          jar.write(changed(inside, Files.readAllBytes(file)));
        }
      }
    }
  }

  private byte[] changed(String inside, byte[] bytes) {
    if (inside.equals(VERSION)) {
      return version.getBytes(StandardCharsets.UTF_8);
    }
    return hasLaterTable && inside.equals(BUILD) ? withLaterTable(bytes) : bytes;
  }

  /** In its answer only, which is what is asked for. */
  private static byte[] withLaterTable(byte[] bytes) {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes),
        ClassTransform.transformingMethodBodies(
            method -> method.methodName().equalsString("current"),
            CodeTransform.ofStateful(LaterTable::new)));
  }

  /** Raises the number that follows the name. */
  private static final class LaterTable implements CodeTransform {
    private boolean isNext;

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      if (element instanceof ConstantInstruction constant) {
        if (isNext) {
          code.loadConstant(BlockTableLayout.VERSION + 1);
          isNext = false;
          return;
        }
        isNext = constant.constantValue().equals("block-table");
      }
      code.with(element);
    }
  }
}
