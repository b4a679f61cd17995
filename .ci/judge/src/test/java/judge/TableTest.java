package judge;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.testkit.record.Recorder;
import io.kvstore.testkit.record.RecordedClient;
import io.kvstore.testkit.workload.Subject;
import io.kvstore.testkit.workload.Workload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is one copy while each statement is a transaction; a counter in two statements is not. */
class TableTest {
  private static final String URL = "jdbc:h2:mem:judge";
  private Connection open; // keeps the database

  @BeforeEach
  void create() throws SQLException {
    open = DriverManager.getConnection(URL);
    update(open, "create table t (k varchar primary key, v varchar)");
  }

  @AfterEach
  void drop() throws SQLException {
    update(open, "drop table t");
    open.close();
  }

  private static int update(Connection to, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = to.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  record Table(Connection connection) implements Subject {
    @Override
    public String get(String key) throws SQLException {
      try (PreparedStatement query = connection.prepareStatement("select v from t where k = ?")) {
        query.setString(1, key);
        ResultSet found = query.executeQuery();
        return found.next() ? found.getString(1) : null;
      }
    }

    @Override
    public void put(String key, String value) throws SQLException {
      update(connection, "merge into t key (k) values (?, ?)", key, value);
    }

    @Override
    public boolean compareAndSet(String key, String expected, String value) throws SQLException {
      return expected == null
          ? update(
                  connection,
                  "insert into t select ?, ? where not exists (select 1 from t where k = ?)",
                  key,
                  value,
                  key)
              == 1
          : update(connection, "update t set v = ? where k = ? and v = ?", value, key, expected)
              == 1;
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  @Test
  void statementsThatAreTransactionsMakeOneCopy() {
    assertThat(new Workload().run(client -> new Table(DriverManager.getConnection(URL))))
        .isLinearizable();
  }

  @Test
  void aCounterThatIsReadAndThenWrittenLosesWhatOthersAdd() throws Exception {
    update(open, "insert into t values ('n', '0')");
    Recorder recorder = new Recorder();
    recorder.client("setup").put("n", 0, () -> {});
    List<Thread> clients = new ArrayList<>();
    for (String name : List.of("ana", "bob", "cem")) {
      clients.add(new Thread(() -> count(recorder.client(name))));
    }
    clients.forEach(Thread::start);
    for (Thread client : clients) {
      client.join();
    }
    assertThat(recorder.history()).isNot(Consistency.LINEARIZABLE);
  }

  private static void count(RecordedClient client) {
    try (Connection connection = DriverManager.getConnection(URL)) {
      Table table = new Table(connection);
      for (int i = 0; i < 300; i++) {
        client.add(
            "n",
            1,
            () -> {
              long next = Long.parseLong(table.get("n")) + 1; // another client may do the same now
              table.put("n", Long.toString(next));
              return next;
            });
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
