package io.elasticmemory.samples.app;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import org.h2.store.fs.FileUtils;

/** A database whose file is kept in direct buffers, and joins over all of it. */
public final class H2Join {
  private static final String FILE = "nioMemFS:orders";
  private static final int NOTE_CHARACTERS = 900;
  private static final int TEXT_CHARACTERS = 1 << 20;
  private static final int ROWS_PER_COMMIT = 2_000;
  private static final int ORDERS_PER_CUSTOMER = 50;
  private static final int REGIONS = 25;
  private static final int PROBES = 2_000;

  private final Connection connection;
  private final SplittableRandom random;
  private final int orders;
  private final int customers;
  private final String text;
  private final Digest digest = new Digest();

  private H2Join(Connection connection, long seed, long bytes) {
    this.connection = connection;
    this.random = new SplittableRandom(seed);
    this.orders = Math.toIntExact(bytes / NOTE_CHARACTERS);
    this.customers = Math.max(1, orders / ORDERS_PER_CUSTOMER);
    this.text = letters();
  }

  /** Runs it: {@code SEED MIB}. */
  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, H2Join::run);
  }

  private static Program.Found run(long seed, long bytes) throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:h2:" + FILE + ";CACHE_SIZE=4096;DB_CLOSE_DELAY=-1");
    H2Join join = new H2Join(connection, seed, bytes);
    join.fill();
    join.joinAll();
    join.probe();
    return new Program.Found(join.digest.value(), FileUtils.size(FILE + ".mv.db"), join::drop);
  }

  private void drop() throws SQLException {
    execute("SHUTDOWN IMMEDIATELY");
    FileUtils.delete(FILE + ".mv.db");
  }

  private String letters() {
    StringBuilder letters = new StringBuilder(TEXT_CHARACTERS);
    for (int i = 0; i < TEXT_CHARACTERS; i++) {
      letters.append((char) ('!' + random.nextInt(90)));
    }
    return letters.toString();
  }

  private String note() {
    int start = random.nextInt(TEXT_CHARACTERS - NOTE_CHARACTERS);
    return text.substring(start, start + NOTE_CHARACTERS);
  }

  private void fill() throws SQLException {
    execute("CREATE TABLE customers(id INT PRIMARY KEY, region INT, name VARCHAR)");
    execute("CREATE TABLE orders(id INT PRIMARY KEY, customer INT, amount BIGINT, note VARCHAR)");
    connection.setAutoCommit(false);
    insert("INSERT INTO customers VALUES(?, ?, ?)", customers, this::setCustomer);
    insert("INSERT INTO orders VALUES(?, ?, ?, ?)", orders, this::setOrder);
    connection.setAutoCommit(true);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @FunctionalInterface
  private interface Row {
    void set(PreparedStatement statement, int id) throws SQLException;
  }

  private void insert(String sql, int count, Row row) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int id = 0; id < count; id++) {
        row.set(statement, id);
        statement.executeUpdate();
        if (id % ROWS_PER_COMMIT == 0) {
          connection.commit();
        }
      }
    }
    connection.commit();
  }

  private void setCustomer(PreparedStatement statement, int id) throws SQLException {
    statement.setInt(1, id);
    statement.setInt(2, random.nextInt(REGIONS));
    statement.setString(3, "customer " + random.nextLong());
  }

  private void setOrder(PreparedStatement statement, int id) throws SQLException {
    statement.setInt(1, id);
    statement.setInt(2, random.nextInt(customers));
    statement.setLong(3, random.nextInt(1_000_000));
    statement.setString(4, note());
  }

  /** Every order with its customer; every character of the notes counts. */
  private void joinAll() throws SQLException {
    query(
        "SELECT c.region, COUNT(*), SUM(o.amount), SUM(ORA_HASH(o.note)), MAX(c.name)"
            + " FROM orders o JOIN customers c ON c.id = o.customer"
            + " GROUP BY c.region ORDER BY c.region",
        -1);
  }

  /** Single orders here and there. */
  private void probe() throws SQLException {
    for (int i = 0; i < PROBES; i++) {
      query(
          "SELECT o.id, o.amount, o.note, c.name"
              + " FROM orders o JOIN customers c ON c.id = o.customer WHERE o.id = ?",
          random.nextInt(orders));
    }
  }

  private void query(String sql, int id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      if (id >= 0) {
        statement.setInt(1, id);
      }
      try (ResultSet rows = statement.executeQuery()) {
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          for (int column = 1; column <= columns; column++) {
            digest.add(rows.getString(column));
          }
        }
      }
    }
  }
}
