package io.elasticmemory.samples;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes like {@code 4096}, {@code 64k} and {@code 2m}. */
final class BytesConverter implements ITypeConverter<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([km]?)");

  @Override
  public Integer convert(String text) {
    Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no size; write bytes, or a number with k or m, such as 64k");
    }
    long bytes = Long.parseLong(size.group(1));
    for (int i = 0; i < " km".indexOf(size.group(2).isEmpty() ? " " : size.group(2)); i++) {
      bytes <<= 10;
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new TypeConversionException("'" + text + "' is too large; at most 2m is a block size");
    }
    return (int) bytes;
  }
}
