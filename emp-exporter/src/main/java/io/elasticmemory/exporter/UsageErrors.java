package io.elasticmemory.exporter;

import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What a command line is refused with, in one line and in the words of users. */
public final class UsageErrors {
  private UsageErrors() {}

  /** Lets a command and its subcommands say what is no number. */
  public static CommandLine register(CommandLine command) {
    ITypeConverter<Long> longs = text -> wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
    ITypeConverter<Integer> ints =
        text -> (int) wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return command
        .registerConverter(Long.class, longs)
        .registerConverter(long.class, longs)
        .registerConverter(Integer.class, ints)
        .registerConverter(int.class, ints);
  }

  private static long wholeNumber(String text, long min, long max) {
    if (!text.strip().matches("[+-]?[0-9]+")) {
      throw new TypeConversionException("'" + text + "' is no whole number");
    }
    try {
      long number = Long.parseLong(text.strip());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number that is too large for its option only.
    }
    throw new TypeConversionException("'" + text + "' is out of range, at most " + max);
  }

  /** The reason in one line, which begins with the option if it is about the value of one. */
  public static String line(ParameterException mistake) {
    return String.valueOf(mistake.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^Invalid value for option '([^']+)'[^:]*: ", "$1: ");
  }
}
