package dev.ordem.tiny.order;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A body as JSON that every place of the pipeline can hold: what no JSON reader, no Kafka record or
 * no database would take is replaced where it stands, so that it costs neither its order nor its
 * page. Bytes that are not UTF-8 and half surrogate pairs become U+FFFD, numbers of more than
 * {@value #NUMBER} characters, as they came or as they are written again, or with an endless
 * exponent become texts, names are cut at {@value #NAME} characters, and what is nested deeper than
 * {@value #DEPTH} levels is null. NUL stays: only Postgres cannot hold it, and drops it. Immutable,
 * but for its tree.
 *
 * <p>A body is bounded in bytes, which does not bound what its tree takes: an empty object is two
 * bytes of text and eighty of memory. So its values are bounded too, and counted before they are
 * made. Of what was made, callers are given {@value #KEPT} bytes at most, which as many threads as
 * there are may hold at once.
 *
 * @param tree missing if the body is empty
 * @param altered names of the fields in which something was replaced
 */
public record StorableJson(JsonNode tree, Set<String> altered) {
  static final int DEPTH = 100;
  static final int NAME = 1_000;
  static final int NUMBER = 1_000;

  /** A page of 100 headers has some 4,000 values, a detail 60; of these, 10 MiB are made. */
  static final int VALUES = 50_000;

  /** Of a tree, as JSON: two rows of a list, each as large as a record of Kafka can be. */
  public static final int KEPT = 3 << 20;

  private static final ObjectMapper WRITING = new ObjectMapper();
  private static final int SCALE = 1_000_000;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** The body is bounded already, and so is all that is in it. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  /**
   * Reads a whole body.
   *
   * @throws TooManyValuesException if it has more than {@value #VALUES} values
   * @throws IOException if it is no JSON, or more than one value
   */
  public static StorableJson of(byte[] body) throws IOException {
    try (JsonParser parser = parser(body)) {
      return new Reading(parser).all();
    }
  }

  /** Of the tree as JSON: counted without being kept. */
  public long bytes() {
    return bytes(tree);
  }

  /** Of any tree. */
  public static long bytes(JsonNode tree) {
    CountedBytes counted = new CountedBytes();
    try {
      WRITING.writeValue(counted, tree);
    } catch (IOException e) {
      throw new UncheckedIOException("a tree that was read can be written", e);
    }
    return counted.count;
  }

  /** Keeps nothing. */
  private static final class CountedBytes extends OutputStream {
    private long count;

    @Override
    public void write(int one) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      count += length;
    }
  }

  private static JsonParser parser(byte[] body) throws IOException {
    String text = new String(body, charset(body));
    boolean mark = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    return JSON.createParser(SurrogateHalves.replacedInEscapes(mark ? text.substring(1) : text));
  }

  /** Tiny sends UTF-8; what is wider begins with a mark, or has zero bytes in its first sign. */
  private static Charset charset(byte[] body) {
    if (body.length < 2) {
      return StandardCharsets.UTF_8;
    }
    int first = ((body[0] & 0xff) << 8) | (body[1] & 0xff);
    int second = body.length < 4 ? 1 : ((body[2] & 0xff) << 8) | (body[3] & 0xff);
    if (first == 0) {
      return Charset.forName("UTF-32BE");
    }
    boolean little = first == 0xfffe || body[1] == 0;
    if (little) {
      return second == 0 ? Charset.forName("UTF-32LE") : StandardCharsets.UTF_16LE;
    }
    return first == 0xfeff || body[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
  }

  /** One pass over the tokens, which needs no stack however deep they are nested. */
  private static final class Reading {
    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

    private final JsonParser parser;
    private final Deque<JsonNode> open = new ArrayDeque<>();
    private final Set<String> altered = new LinkedHashSet<>();
    private String name = "";
    private int values;

    Reading(JsonParser parser) {
      this.parser = parser;
    }

    StorableJson all() throws IOException {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return new StorableJson(MissingNode.getInstance(), Set.of());
      }
      JsonNode root = value(token);
      while (!open.isEmpty()) {
        token = parser.nextToken();
        if (token == JsonToken.FIELD_NAME) {
          name = clean(parser.currentName(), NAME);
        } else if (token.isStructEnd()) {
          open.pop();
        } else {
          value(token);
        }
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "something follows the end of the JSON");
      }
      return new StorableJson(root, altered);
    }

    private JsonNode value(JsonToken token) throws IOException {
      if (++values > VALUES) {
        throw new TooManyValuesException(VALUES);
      }
      JsonNode parent = open.peek();
      JsonNode node = node(token);
      if (parent instanceof ObjectNode object) {
        object.set(name, node);
      } else if (parent instanceof ArrayNode array) {
        array.add(node);
      }
      if (node.isContainerNode()) {
        open.push(node);
      }
      return node;
    }

    private JsonNode node(JsonToken token) throws IOException {
      return switch (token) {
        case START_OBJECT -> container(MAKE.objectNode());
        case START_ARRAY -> container(MAKE.arrayNode());
        case VALUE_STRING -> MAKE.textNode(clean(parser.getText(), Integer.MAX_VALUE));
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token, parser.getText());
        case VALUE_TRUE -> MAKE.booleanNode(true);
        case VALUE_FALSE -> MAKE.booleanNode(false);
        default -> MAKE.nullNode();
      };
    }

    private JsonNode container(JsonNode empty) throws IOException {
      if (open.size() < DEPTH) {
        return empty;
      }
      parser.skipChildren();
      altered.add(name);
      return MAKE.nullNode();
    }

    private JsonNode number(JsonToken token, String text) {
      if (text.length() <= NUMBER) {
        if (token == JsonToken.VALUE_NUMBER_INT) {
          return integer(text);
        }
        try {
          BigDecimal number = new BigDecimal(text);
          if (number.scale() >= -SCALE
              && number.scale() <= SCALE
              && number.toString().length() <= NUMBER) {
            return MAKE.numberNode(number);
          }
        } catch (NumberFormatException e) { // an exponent of too many digits: kept as a text
          altered.add(name);
        }
      }
      altered.add(name);
      return MAKE.textNode(text);
    }

    /** As small as it can be, as JSON readers do. */
    private static JsonNode integer(String text) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() < Integer.SIZE) {
        return MAKE.numberNode(number.intValue());
      }
      return number.bitLength() < Long.SIZE
          ? MAKE.numberNode(number.longValue())
          : MAKE.numberNode(number);
    }

    private String clean(String text, int most) {
      String whole = SurrogateHalves.replaced(text);
      int length = whole.length();
      if (length > most) {
        length = Character.isHighSurrogate(whole.charAt(most - 1)) ? most - 1 : most;
      }
      if (length < whole.length() || whole.indexOf(SurrogateHalves.REPLACEMENT) >= 0) {
        altered.add(name);
      }
      return whole.substring(0, length);
    }
  }
}
