package io.elasticmemory.agent;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * A class file under another name. Names stand in its constant pool as text, which can be exchanged
 * without looking at anything behind it (Java Virtual Machine Specification, section 4.4).
 */
final class RenamedClass {
  private static final int HEADER_BYTES = 8;

  private RenamedClass() {}

  /**
   * The class file with every mention of one class changed into another.
   *
   * @param from internal name: {@code org/acme/Table}
   * @param to internal name
   */
  static byte[] of(byte[] classFile, String from, String to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(classFile.length);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(in.readNBytes(HEADER_BYTES));
    int count = in.readUnsignedShort();
    out.writeShort(count);
    for (int index = 1; index < count; index++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      if (tag == 1) {
        out.writeUTF(in.readUTF().replace(from, to));
      } else {
        out.write(in.readNBytes(bytesOf(tag)));
      }
      // Long and double take two numbers.
      index += tag == 5 || tag == 6 ? 1 : 0;
    }
    out.write(in.readAllBytes());
    return bytes.toByteArray();
  }

  /** What follows the tag of an entry that is no text. */
  private static int bytesOf(int tag) throws IOException {
    return switch (tag) {
      case 7, 8, 16, 19, 20 -> 2;
      case 15 -> 3;
      case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
      case 5, 6 -> 8;
      default -> throw new IOException("a constant of an unknown kind, " + tag);
    };
  }
}
