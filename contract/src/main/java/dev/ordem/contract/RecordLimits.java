package dev.ordem.contract;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How large things may become on the whole way from Tiny to Postgres and to the dead letters. A
 * record that no broker takes stops whoever sends it, so what is too large is refused where it is
 * read, for its order alone. Every limit is one of these, or is derived from one:
 *
 * <table>
 *   <caption>Limits, in the order of the way</caption>
 *   <tr><th>what</th><th>at most</th><th>what becomes of more</th></tr>
 *   <tr><td>body of an answer of Tiny, of any status</td><td>8 MiB ({@code http.Http} of the
 *       client)</td><td>a page is asked for in smaller ones, down to the row, which is named; a
 *       detail is refused: <em>too-large</em></td></tr>
 *   <tr><td>values in the JSON of such a body, as an empty one takes forty times its bytes in
 *       memory</td><td>50,000 ({@code StorableJson})</td><td>the same</td></tr>
 *   <tr><td>bodies of more than 256 KiB in one process</td><td>8 at a time, of which one is made
 *       into values ({@code http.BodyRoom})</td><td>waits its turn, as long as a call may take at
 *       most; no smaller one does</td></tr>
 *   <tr><td>JSON of such a body, as it is written again</td><td>3 MiB ({@code StorableJson}): two
 *       rows of a list that are as large as a record can be</td><td>as with the body</td></tr>
 *   <tr><td>text of an error</td><td>{@link #ERROR_TEXT} characters</td><td>cut</td></tr>
 *   <tr><td>item of a list, as a record of {@code os-headers}</td><td>{@link #RECORD}</td><td>named
 *       as an unreadable item, the run is PARTIAL</td></tr>
 *   <tr><td>detail, as a value of {@code os-detail-results}</td><td>{@link #VALUE}</td><td>the order
 *       is parked: <em>too-large</em></td></tr>
 *   <tr><td>header and detail together, as an entry of the ledger, its changelog and {@code
 *       os-enriched}</td><td>{@link #VALUE}</td><td>the same; what was known before stands</td></tr>
 *   <tr><td>row of the outbox, as a record</td><td>{@link #RECORD}</td><td>set aside with its
 *       reason</td></tr>
 *   <tr><td>dead letter</td><td>{@link #VALUE} and little beside it</td><td>its first {@link #CUT}
 *       bytes, and what it was</td></tr>
 *   <tr><td>record, in producers ({@code max.request.size}) and topics, changelogs among them ({@code
 *       max.message.bytes})</td><td>{@link #RECORD}</td><td>nothing so large is sent</td></tr>
 *   <tr><td>what the sink stores in one transaction</td><td>96 MiB of memory, counted by what is
 *       not compressed, and {@code SINK_BATCH_RECORDS}</td><td>the next transaction</td></tr>
 *   <tr><td>fetches, transactions of Kafka, columns and rows of Postgres</td><td>no limit of their
 *       own: a consumer gets a record of any size (KIP-74), a transaction has any number of
 *       records, a row has 1 GiB, and no index of a text has it whole</td><td></td></tr>
 * </table>
 *
 * @see <a href="https://issues.apache.org/jira/browse/KAFKA-15259">KAFKA-15259</a>
 */
public final class RecordLimits {
  /** Of a record with its key, headers and framing, in bytes, before it is compressed. */
  public static final int RECORD = 1 << 20;

  /** Of a value, in bytes: what is beside it in its record has the rest, 148,576 bytes. */
  public static final int VALUE = 900_000;

  /** Of a dead letter's key, and of all headers that it brought along, in bytes each. */
  public static final int BESIDE = 32_000;

  /** What is kept of a dead letter that is larger, in bytes. */
  public static final int CUT = 64_000;

  /** Of what an error says, in characters: enough for people. */
  public static final int ERROR_TEXT = 2_000;

  /** A batch of one record has 12 bytes more when it lies in a topic. */
  private static final int BATCH = 12;

  private RecordLimits() {}

  /** What every producer of the pipeline is to be configured with, whatever else is. */
  public static Map<String, Object> ofProducer() {
    return Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD);
  }

  /** What every topic of the pipeline is configured with. */
  public static Map<String, String> ofTopic() {
    return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(topicBytes()));
  }

  static int topicBytes() {
    return RECORD + BATCH;
  }

  /** The beginning of a text, never half a character. */
  public static String clipped(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean half = Character.isHighSurrogate(text.charAt(most - 1));
    return text.substring(0, half ? most - 1 : most);
  }
}
