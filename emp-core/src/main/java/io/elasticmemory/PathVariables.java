package io.elasticmemory;

import static io.elasticmemory.PathRules.mistake;

import java.util.Map;

/** The environment variables that name the memory path of a program. */
final class PathVariables {

  private static final String VARIABLE = "EMP_PMEM_PATH";
  private static final String OTHER_VARIABLE = "EMP_MEM_PATH";

  private PathVariables() {}

  static MemPath read(Map<String, String> environment) {
    String path = environment.getOrDefault(VARIABLE, "").strip();
    String other = environment.getOrDefault(OTHER_VARIABLE, "").strip();
    if (path.isEmpty() && other.isEmpty()) {
      throw mistake(
          "%s; set it to a memory path, for example dram:1024|./spill:4096:0"
              .formatted(whyNotSet(environment)));
    }
    if (!path.isEmpty() && !other.isEmpty() && !path.equals(other)) {
      throw mistake(
          "%s is '%s' but %s is '%s'; unset one of them"
              .formatted(VARIABLE, PathRules.shown(path), OTHER_VARIABLE, PathRules.shown(other)));
    }
    String variable = path.isEmpty() ? OTHER_VARIABLE : VARIABLE;
    try {
      return MemPathParser.parse(path.isEmpty() ? other : path);
    } catch (EmpException e) {
      throw mistake(variable + ": " + e.getMessage());
    }
  }

  private static String whyNotSet(Map<String, String> environment) {
    if (environment.containsKey(VARIABLE)) {
      return VARIABLE + " is empty";
    }
    return environment.containsKey(OTHER_VARIABLE)
        ? OTHER_VARIABLE + " is empty"
        : VARIABLE + " is not set";
  }
}
