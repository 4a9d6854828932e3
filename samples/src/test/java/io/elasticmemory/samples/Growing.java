package io.elasticmemory.samples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes piece after piece, writes it and reads none again; half of them when it is told to. */
public final class Growing {
  private static final int PIECE_BYTES = 4 << 20;
  private static final int PIECES = 12;

  private Growing() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<ByteBuffer> pieces = new ArrayList<>();
    grow(pieces);
    System.out.println("grown");
    int _ = System.in.read();
    grow(pieces);
    // So that what has happened is told of before the end.
    Thread.sleep(3_000);
    System.out.println(pieces.size() + " pieces");
  }

  private static void grow(List<ByteBuffer> pieces) throws InterruptedException {
    for (int i = 0; i < PIECES; i++) {
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
      for (int at = 0; at < PIECE_BYTES; at += 8) {
        piece.putLong(at, at + 1L);
      }
      pieces.add(piece);
      Thread.sleep(50);
    }
  }
}
