package io.elasticmemory;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What EMP refuses or has failed at. The message is one line with the value, the limit and the way
 * out, fit to be shown to a user as it is; {@link #kind()} says who can do something about it.
 *
 * <p>A wrong argument of a single call (a negative size, an alignment that is no power of two) is
 * an {@link IllegalArgumentException}, as everywhere in the JDK.
 */
public final class EmpException extends RuntimeException {

  /** Who can do something about it. */
  public enum Kind {
    /** The memory path is wrong: the user corrects it. */
    PATH,
    /** Kernel, rights, limits or JDK do not allow it: the administrator changes them. */
    PLATFORM,
    /** An exporter, a file or a device is missing, too small, slow or broken. */
    DONOR,
    /** The space has no room: the program frees memory or the user adds some. */
    CAPACITY,
    /** The space or the arena has been closed: the program used it too late. */
    CLOSED,
    /** The pager could not be started, or has ended. */
    PAGER,
    /** A bug of EMP: an impossible state was found, and the operation was not done. */
    INTERNAL
  }

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /**
   * A failure of the given kind.
   *
   * @param message value, limit and remedy; line breaks and other control characters, which may
   *     come in with a user's text, are shown escaped
   */
  public EmpException(Kind kind, String message) {
    this(kind, message, null);
  }

  /** A failure of the given kind, with what led to it. */
  public EmpException(Kind kind, String message, @Nullable Throwable cause) {
    super(oneLine(message), cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /** Who can do something about it. */
  public Kind kind() {
    return kind;
  }

  /** The message: never absent, always a single line. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  private static String oneLine(String message) {
    Objects.requireNonNull(message, "message");
    if (message.chars().noneMatch(EmpException::breaksLine)) {
      return message;
    }
    StringBuilder line = new StringBuilder(message.length() + 16);
    message.chars().forEach(c -> appendVisibly(line, (char) c));
    return line.toString();
  }

  private static void appendVisibly(StringBuilder line, char c) {
    if (breaksLine(c)) {
      line.append(c == '\n' ? "\\n" : String.format("\\u%04x", (int) c));
    } else {
      line.append(c);
    }
  }

  private static boolean breaksLine(int c) {
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }
}
