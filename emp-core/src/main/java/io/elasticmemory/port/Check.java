package io.elasticmemory.port;

/**
 * The result of one look at the machine: by the self-test at the start of a space and by {@code emp
 * doctor}.
 *
 * @param name what was looked at, in the words of the documents
 * @param verdict whether a space can run
 * @param detail what was found, with figures
 * @param remedy what to do about it; empty when there is nothing to do
 */
public record Check(String name, Verdict verdict, String detail, String remedy) {
  /** How grave it is. */
  public enum Verdict {
    /** Nothing to do. */
    OK,
    /** Works, but slower or riskier than it need be. */
    WARNING,
    /** A space refuses to start. */
    FAILED
  }

  /** A check that found nothing to do. */
  public static Check ok(String name, String detail) {
    return new Check(name, Verdict.OK, detail, "");
  }

  /** A check that found something the user may want to change. */
  public static Check warning(String name, String detail, String remedy) {
    return new Check(name, Verdict.WARNING, detail, remedy);
  }

  /** A check that forbids a space. */
  public static Check failed(String name, String detail, String remedy) {
    return new Check(name, Verdict.FAILED, detail, remedy);
  }
}
