package dev.ordem.producer.looking;

import static dev.ordem.producer.looking.WatchFixture.GOOD;
import static dev.ordem.producer.looking.WatchFixture.WHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.producer.reading.FakeTiny;
import dev.ordem.producer.reading.HeaderWriter;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that a look shows and that cannot be told. */
class UntoldRowsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);

  @RegisterExtension private static final WatchDatabase given = new WatchDatabase();

  private WatchFixture watched;

  @BeforeEach
  void twelveOrders() throws Exception {
    watched = new WatchFixture(given);
    for (int id = 1; id <= 12; id++) {
      watched.tiny.add(id, 6, DAY);
    }
  }

  @Test
  void anItemThatIsTooLargeForKafkaIsNamedByItsIdUntilItIsNot() throws Exception {
    watched.tiny.remove(7);
    watched.tiny.add(FakeTiny.large(7, 1_200_000)); // in another status than the others
    AccountWatch watch = watched.begun();
    watched.looks(watch, 30, GOOD);

    assertThat(watched.told()).hasSize(11).doesNotContain(7L);
    assertThat(watched.failures())
        .containsExactlyInAnyOrder(
            "newest/0, order 7: row 6, behind order 8: " + HeaderWriter.TOO_LARGE,
            "range/0, order 7: row 7, behind order 6: " + HeaderWriter.TOO_LARGE);

    watched.tiny.remove(7);
    watched.tiny.add(7, 3, DAY);
    watched.looks(watch, 60, GOOD);
    assertThat(watched.told()).contains(7L);
    assertThat(watched.failures()).isEmpty();
  }

  @Test
  void whatIsNamedIsWrittenOnceAndNotAtEachLook() throws Exception {
    watched.tiny.remove(7);
    watched.tiny.add(FakeTiny.large(7, 1_200_000));
    watched.tiny.nameless.add(5L);
    AccountWatch watch = watched.begun();
    watched.looks(watch, 20, GOOD);
    List<String> rows = rows("last_at");
    watched.looks(watch, 30, GOOD);
    assertThat(rows("last_at")).hasSize(5).isEqualTo(rows);
    watched.looks(watch, 60, GOOD);
    assertThat(rows("last_at")).as("still met").hasSize(5).doesNotContainAnyElementsOf(rows);
  }

  @Test
  void anItemWithoutAnIdKeepsItsNameWhereverItStandsAndWhoeverLooks() throws Exception {
    watched.tiny.nameless.add(5L);
    watched.looks(watched.begun(), 30, GOOD);
    assertThat(ofStatus()).singleElement().asString().endsWith(": row 5, behind order 4: no id");
    List<String> named = rows("first_at");

    watched.tiny.remove(2);
    watched.tiny.nameless.add(9L);
    given.database.execute("UPDATE watch SET lease_until = now() - interval '1 second'");
    AccountWatch other = watched.begun();
    watched.looks(other, 30, GOOD);
    assertThat(ofStatus())
        .hasSize(2)
        .anyMatch(failure -> failure.endsWith(": row 4, behind order 4: no id"))
        .anyMatch(failure -> failure.endsWith(": row 8, behind order 8: no id"));
    assertThat(rows("first_at")).hasSize(6).containsAll(named);

    watched.tiny.nameless.clear();
    watched.looks(other, 30, GOOD);
    assertThat(watched.failures()).isEmpty();
  }

  @Test
  void twoItemsThatAreTheSameAreBothNamed() throws Exception {
    watched.tiny.add(4, 6, DAY);
    watched.tiny.nameless.add(4L);
    watched.looks(watched.begun(), 30, GOOD);
    assertThat(ofStatus())
        .singleElement()
        .asString()
        .endsWith(": row 4, behind order 3: no id; the same in row 5, behind order 3: no id");
  }

  @Test
  void inASliceThatIsLookedAtPieceByPieceTheyAreNamedBesideWhatNoPageShows() throws Exception {
    watched.tiny.broken.add(8L);
    watched.tiny.nameless.add(3L);
    AccountWatch watch = watched.begun();
    for (int round = 0; round < 3; round++) {
      watched.looks(watch, 180, GOOD);
      assertThat(ofStatus())
          .hasSize(2)
          .contains("status-6/0, behind order 7, row 8: " + WHY)
          .anyMatch(failure -> failure.endsWith(": row 3, behind order 2: no id"));
    }
    watched.tiny.nameless.clear();
    watched.looks(watch, 180, GOOD);
    assertThat(ofStatus()).containsExactly("status-6/0, behind order 7, row 8: " + WHY);
  }

  @Test
  void whatLeavesBesideARowWithoutAnIdIsMissedAtOnce() throws Exception {
    given.database.execute(
        "INSERT INTO os (account, id, situacao, cliente_nome, marcadores, payload, details_synced,"
            + " updated_at, revision, source_at, source_offset) SELECT 'loja', id, 6,"
            + " 'Cliente ' || id, '{}', '{}', true, now(), 5, now(), 0"
            + " FROM generate_series(1, 12) AS id");
    watched.tiny.nameless.add(5L);
    AccountWatch watch = watched.begun();
    watched.looks(watch, 30, GOOD);
    assertThat(watched.unlisted()).isEmpty();

    watched.tiny.remove(9);
    watched.looks(watch, 15, GOOD);
    assertThat(watched.unlisted()).containsExactly(9L);
  }

  private List<String> ofStatus() throws Exception {
    return watched.failures().stream().filter(each -> each.startsWith("status-6/0")).toList();
  }

  private static List<String> rows(String column) throws Exception {
    return given.database.texts("SELECT item || ' ' || " + column + " FROM unreadable_header");
  }
}
