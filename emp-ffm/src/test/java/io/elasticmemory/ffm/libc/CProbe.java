package io.elasticmemory.ffm.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What gcc says of constants and structures: a program that prints their values and offsets. */
public final class CProbe {
  private final Path directory;
  private final StringBuilder program;
  private Map<String, Long> inC = Map.of();

  /**
   * A program that prints nothing yet.
   *
   * @param directory for source and binary
   * @param head the program up to and including the brace of main
   */
  public CProbe(Path directory, String head) {
    this.directory = directory;
    program = new StringBuilder(head);
  }

  /** Prints the value of each constant of a class. */
  public void askConstants(Class<?> type) throws IllegalAccessException {
    constants(type).keySet().forEach(this::printValue);
  }

  /** Prints size and members of each structure. */
  public void askStructs(List<StructLayout> structs) {
    structs.forEach(this::printStruct);
  }

  /** Compiles and runs it. */
  public void run() throws IOException, InterruptedException {
    program.append("return 0;\n}\n");
    inC = run(compile(program.toString()));
  }

  /** The constant has the value it has in C. */
  public void requireConstants(Class<?> type) throws IllegalAccessException {
    constants(type).forEach((name, value) -> assertThat(value).as(name).isEqualTo(inC.get(name)));
  }

  /** What the program's head has printed under the name. */
  public void requireValue(String name, long value) {
    assertThat(value).as(name).isEqualTo(inC.get(name));
  }

  /** The structure has the size it has in C. */
  public void requireSize(StructLayout struct) {
    assertThat(struct.byteSize()).as(cName(struct)).isEqualTo(inC.get("sizeof " + cName(struct)));
  }

  /** Each member lies where it lies in C. */
  public void requireOffsets(StructLayout struct) {
    for (String member : members(struct)) {
      String name = cName(struct) + " " + member;
      assertThat(Structs.offset(struct, member)).as(name).isEqualTo(inC.get("offset " + name));
    }
  }

  /** Each member has the width it has in C. */
  public void requireWidths(StructLayout struct) {
    for (String member : members(struct)) {
      String name = cName(struct) + " " + member;
      long width = struct.select(MemoryLayout.PathElement.groupElement(member)).byteSize();
      assertThat(width).as(name).isEqualTo(inC.get("width " + name));
    }
  }

  /** Those a class has, by their names. */
  public static Map<String, Long> constants(Class<?> type) throws IllegalAccessException {
    Map<String, Long> constants = new LinkedHashMap<>();
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isPrivate(field.getModifiers()) && field.getType().isPrimitive()) {
        field.setAccessible(true);
        constants.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
    return constants;
  }

  /** Those a class has. */
  public static List<StructLayout> structs(Class<?> type) throws IllegalAccessException {
    List<StructLayout> structs = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == StructLayout.class) {
        field.setAccessible(true);
        structs.add((StructLayout) field.get(null));
      }
    }
    return structs;
  }

  private static List<String> members(StructLayout struct) {
    return struct.memberLayouts().stream()
        .filter(member -> !(member instanceof PaddingLayout))
        .map(member -> member.name().orElseThrow())
        .toList();
  }

  private static String cName(StructLayout struct) {
    String name = struct.name().orElseThrow();
    return name.endsWith("_t") ? name : "struct " + name;
  }

  private void printValue(String name) {
    String inC =
        name.startsWith("SYS_") ? name.toLowerCase(Locale.ROOT).replace("sys_", "SYS_") : name;
    inC = name.equals("SC_PAGESIZE") ? "_SC_PAGESIZE" : inC;
    String cast =
        "sizeof(%s) == 4 ? (long long) (int) (%s) : (long long) (%s)".formatted(inC, inC, inC);
    program.append("printf(\"%s=%%lld\\n\", %s);\n".formatted(name, cast));
  }

  private void printStruct(StructLayout struct) {
    String type = cName(struct);
    program.append("printf(\"sizeof %s=%%zu\\n\", sizeof(%s));\n".formatted(type, type));
    for (String member : members(struct)) {
      program.append(
          "printf(\"offset %s %s=%%zu\\n\", offsetof(%s, %s));\n"
              .formatted(type, member, type, member));
      program.append(
          "printf(\"width %s %s=%%zu\\n\", sizeof(((%s *) 0)->%s));\n"
              .formatted(type, member, type, member));
    }
  }

  private Path compile(String program) throws IOException, InterruptedException {
    Path source = Files.writeString(directory.resolve("probe.c"), program);
    Path binary = directory.resolve("probe");
    output("gcc", "-w", "-o", binary.toString(), source.toString());
    return binary;
  }

  private Map<String, Long> run(Path binary) throws IOException, InterruptedException {
    Map<String, Long> values = new LinkedHashMap<>();
    output(binary.toString())
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(pair -> values.put(pair[0], Long.parseLong(pair[1])));
    return values;
  }

  private String output(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ends", command[0]).isTrue();
    String text = Files.readString(output);
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }
}
