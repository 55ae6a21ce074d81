package dev.ordem.producer.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are shown of an item of a list: its order, where the item tells one. */
class UnreadableItemTest {
  @RegisterExtension private static final ReadingFixture runs = new ReadingFixture();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "731|731|why",
        "1234567890123456789|1234567890123456789|why",
        "9223372036854775807|9223372036854775807|why",
        "9223372036854775808||9223372036854775808: why",
        "12345678901234567890||12345678901234567890: why",
        "newest/0, order 7|7|newest/0, order 7: why",
        "newest/0, item 28680228|| newest/0, item 28680228: why",
        "28680228-77ef-3b49-a49d-42e3ac57d553||28680228-77ef-3b49-a49d-42e3ac57d553: why"
      })
  void hasItsOrder(String item, String order, String error) throws Exception {
    runs.database.execute(
        "INSERT INTO unreadable_header (account, item, fingerprint, error) VALUES ('other', '"
            + item
            + "', 'any', 'why')");
    assertThat(
            runs.database.text(
                "SELECT concat_ws('|', coalesce(os_id::text, ''), error) FROM import_failures"
                    + " WHERE account = 'other' AND error LIKE '%"
                    + error.strip()
                    + "' AND coalesce(os_id::text, '') = '"
                    + (order == null ? "" : order)
                    + "'"))
        .isEqualTo((order == null ? "" : order) + "|" + error.strip());
    runs.database.execute("DELETE FROM unreadable_header WHERE account = 'other'");
  }
}
