package io.elasticmemory.samples.prove.disk;

import java.nio.ByteBuffer;

/**
 * What Linux and a file system in user space say to each other over /dev/fuse, version 7.31, as far
 * as a directory with a file in it needs: numbers in the machine's order.
 *
 * <pre>
 *  request header (40 bytes)        answer header (16 bytes)    attributes (88 bytes)
 *    0 u32 bytes                      0 u32 bytes                 0 u64 inode
 *    4 u32 operation                  4 s32 -errno, or 0          8 u64 bytes
 *    8 u64 number                     8 u64 number               16 u64 blocks of 512
 *   16 u64 inode                                                 24 .. 59 times: zero
 *   24 u32 uid, gid, pid, 0                                      60 u32 mode
 *                                                                64 u32 links, uid, gid, 0
 *                                                                80 u32 4096, 0
 * </pre>
 *
 * <p>From {@code linux/fuse.h}, with which a test compares it where that is installed.
 */
final class FuseLayout {
  static final int MAJOR = 7;
  static final int MINOR = 31;

  static final int REQUEST_HEADER_BYTES = 40;
  static final int OPERATION_AT = 4;
  static final int NUMBER_AT = 8;
  static final int INODE_AT = 16;
  static final int ANSWER_HEADER_BYTES = 16;
  static final int ATTRIBUTES_BYTES = 88;
  static final int INIT_ANSWER_BYTES = 64;
  static final int STATFS_BYTES = 80;
  static final int OPENED_BYTES = 16;
  static final int WRITTEN_BYTES = 8;

  /** A name's answer has four words before the attributes, that of an inode two. */
  static final int ENTRY_BYTES = 40 + ATTRIBUTES_BYTES;

  static final int ATTRIBUTES_ANSWER_BYTES = 16 + ATTRIBUTES_BYTES;

  /** In requests of READ and WRITE, behind the header. */
  static final int TRANSFER_OFFSET_AT = 8;

  static final int TRANSFER_BYTES_AT = 16;

  /** In a WRITE, behind the header: the bytes. */
  static final int WRITE_DATA_AT = 40;

  /** In a SETATTR, behind the header, which begins with flags. */
  static final int SET_SIZE_AT = 16;

  /** In a FALLOCATE, behind the header. */
  static final int RESERVE_OFFSET_AT = 8;

  static final int RESERVE_BYTES_AT = 16;
  static final int RESERVE_MODE_AT = 24;

  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int UNLINK = 10;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int FSYNC = 20;
  static final int FLUSH = 25;
  static final int INIT = 26;
  static final int ACCESS = 34;
  static final int CREATE = 35;
  static final int INTERRUPT = 36;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;

  /** Flags of INIT. */
  static final int ASYNC_DIO = 1 << 15;

  static final int BIG_WRITES = 1 << 5;
  static final int MAX_PAGES = 1 << 22;

  /** Flag of a SETATTR: the size is to be set. */
  static final int SET_SIZE = 1 << 3;

  /** Mode of a FALLOCATE: the size stays. */
  static final int KEEP_SIZE = 1;

  /** Flag of an open file. */
  static final int DIRECT_IO = 1;

  static final int S_IFDIR = 0x4000;
  static final int S_IFREG = 0x8000;

  static final int ENOENT = 2;
  static final int EIO = 5;
  static final int ENOSPC = 28;
  static final int ENOSYS = 38;

  private static final int OWNER_ALL = 0x1c0;
  private static final int SECTOR_BYTES = 512;
  private static final int BLOCK_BYTES = 4096;
  private static final int TIMES_BYTES = 36;

  private FuseLayout() {}

  /** Appends the attributes of an inode. */
  static void putAttributes(ByteBuffer into, long inode, int kind, long bytes) {
    into.putLong(inode).putLong(bytes).putLong(bytes / SECTOR_BYTES);
    into.position(into.position() + TIMES_BYTES);
    into.putInt(kind | OWNER_ALL).putInt(1).putInt(0).putInt(0).putInt(0);
    into.putInt(BLOCK_BYTES).putInt(0);
  }
}
