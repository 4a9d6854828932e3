package io.elasticmemory.port;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;

/**
 * Numbers that nobody can guess, from the kernel. Not by {@code SecureRandom}: that brings up the
 * security providers, which a program may want to choose in its {@code main}, and the agent opens a
 * space before.
 */
public final class Randomness {
  private static final String SOURCE = "/dev/urandom";

  private Randomness() {}

  /**
   * Any number.
   *
   * @throws EmpException if the kernel gives none
   */
  public static long next() {
    try (DataInputStream source = new DataInputStream(new FileInputStream(SOURCE))) {
      return source.readLong();
    } catch (IOException e) {
      throw new EmpException(
          Kind.PLATFORM, SOURCE + " cannot be read: " + e.getMessage() + "; mount /dev", e);
    }
  }
}
