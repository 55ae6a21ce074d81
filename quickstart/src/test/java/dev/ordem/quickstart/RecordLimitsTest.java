package dev.ordem.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordem.contract.RecordLimits;
import dev.ordem.contract.Topic;
import dev.ordem.contract.Topics;
import dev.ordem.tiny.simulator.SimulatorSettings;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of {@link RecordLimits} agree with each other, and with what runs. */
class RecordLimitsTest {
  /** Texts of our own making, or checked when they come: an index may have them whole. */
  private static final Set<String> BOUNDED =
      Set.of(
          "account",
          "endpoint",
          "aggregatetype",
          "item",
          "mode",
          "name",
          "requested_by",
          "lane",
          "same_as",
          "state",
          "status",
          "table_name",
          "task_instance",
          "task_name",
          "topic",
          "slice",
          "source",
          "version",
          "script");

  @TempDir Path directory;

  @Test
  void aLetterHasRoomForAllThatIsSaidInIt() {
    int headers = RecordLimits.BESIDE + 4 * RecordLimits.ERROR_TEXT + 1_000;
    assertThat(RecordLimits.VALUE + RecordLimits.BESIDE + headers).isLessThan(RecordLimits.RECORD);
    assertThat(RecordLimits.CUT).isLessThan(RecordLimits.VALUE);
  }

  @Test
  void everyTopicTakesWhatEveryProducerSendsAndNoIndexHasAWholeText() throws Exception {
    try (Installation ordem =
        new Installation(directory, SimulatorSettings.inProcess().withOrders(3))) {
      ordem.start();
      ordem.complete("full");
      assertThat(tooSmall(ordem)).isEmpty();
      assertThat(indexedTexts(ordem)).isSubsetOf(BOUNDED);
    }
  }

  private static List<String> tooSmall(Installation ordem) throws Exception {
    List<String> tooSmall = new ArrayList<>();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", ordem.kafka()))) {
      Set<String> topics = admin.listTopics().names().get();
      assertThat(topics).containsAll(Topics.all().stream().map(Topic::name).toList());
      assertThat(topics).as("changelogs").anyMatch(name -> name.endsWith("-changelog"));
      List<ConfigResource> resources =
          topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
      admin
          .describeConfigs(resources)
          .all()
          .get()
          .forEach(
              (topic, config) -> {
                String most = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
                if (Integer.parseInt(most) <= RecordLimits.RECORD) {
                  tooSmall.add(topic.name());
                }
              });
    }
    return tooSmall;
  }

  /** A hash has four bytes of a text, and the markers are cut before they come. */
  private static Set<String> indexedTexts(Installation ordem) throws Exception {
    try (Statement statement = ordem.database().createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT a.attname FROM pg_index x
                JOIN pg_class i ON i.oid = x.indexrelid
                JOIN pg_am m ON m.oid = i.relam
                JOIN pg_class t ON t.oid = x.indrelid
                JOIN pg_namespace n ON n.oid = t.relnamespace
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey::int2[])
                WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
                  AND m.amname = 'btree' AND a.atttypid IN ('text'::regtype, 'varchar'::regtype)
                """)) {
      List<String> names = new ArrayList<>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names.stream().collect(Collectors.toSet());
    }
  }
}
