package io.elasticmemory.tiering.store;

import io.elasticmemory.EmpException;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageLayout;
import java.net.InetSocketAddress;

/** Why an exporter cannot be had, in one line that says what to do about it. */
final class Refusals {
  private Refusals() {}

  static EmpException unknownHost(Borrowing borrowing) {
    return refusal(
        "%s: the host %s is unknown: write its address, or one that this machine can look up; if it"
            + " is a file, write ./%s",
        borrowing.name(), borrowing.address().getHostString(), borrowing.address().getHostString());
  }

  static EmpException of(Borrowing borrowing, Trouble trouble, String why) {
    String at = hostAndPort(borrowing.address());
    return switch (trouble) {
      case BROKEN, SILENT ->
          refusal("no exporter answers at %s (%s): %s", at, why, howToStartOne(borrowing));
      case FOREIGN ->
          refusal(
              "what answers at %s is no EMP exporter (%s): check host and port, or %s",
              at, why, howToStartOne(borrowing));
      case VERSION ->
          refusal("the exporter at %s is another EMP (%s): use one version for both", at, why);
      case FULL -> refusal("the exporter at %s is full (%s): start it with a larger -c", at, why);
      case GONE ->
          refusal("the exporter at %s does not take this space (%s): open it anew", at, why);
    };
  }

  /**
   * The exporter has too little memory, or too little of it is free.
   *
   * @param slabs that it can lend now
   */
  static EmpException tooSmall(Borrowing borrowing, long slabs, Welcome welcome) {
    long mib = MessageLayout.SLAB_BYTES >> 20;
    String at = hostAndPort(borrowing.address());
    if (welcome.totalSlabs() < borrowing.slabs()) {
      return refusal(
          "the exporter at %s can lend %d MiB, the path asks for %d: ask for less, or start it with"
              + " -m %d",
          at, welcome.totalSlabs() * mib, borrowing.mib(), borrowing.mib());
    }
    return refusal(
        "the exporter at %s can lend %d MiB now, others hold the rest of its %d, the path asks for"
            + " %d: ask for less, or wait %d s if a program that used it was killed",
        at,
        slabs * mib,
        welcome.totalSlabs() * mib,
        borrowing.mib(),
        (welcome.leaseMillis() + 999) / 1000);
  }

  private static String howToStartOne(Borrowing borrowing) {
    InetSocketAddress address = borrowing.address();
    boolean here = address.getAddress().isLoopbackAddress();
    String host = address.getAddress().getHostAddress();
    return "start one %swith: bin/emp exporter -m %d -p %d%s"
        .formatted(
            here ? "" : "there ",
            borrowing.mib(),
            address.getPort(),
            host.equals("127.0.0.1") ? "" : " -b " + host);
  }

  private static String hostAndPort(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
  }

  private static EmpException refusal(String message, Object... values) {
    return new EmpException(EmpException.Kind.DONOR, message.formatted(values));
  }
}
