package dev.ordem.bench.fuzz;

import java.util.ArrayList;
import java.util.List;

/** An answer as it is to be sent, byte for byte; {@code headers} without its length. */
@SuppressWarnings("ArrayRecordComponent") // sent once; never compared
record WireAnswer(int status, List<Header> headers, byte[] body) {
  record Header(String name, String value) {}

  WireAnswer {
    headers = List.copyOf(headers);
  }

  WireAnswer withBody(byte[] other) {
    return new WireAnswer(status, headers, other);
  }

  WireAnswer withStatus(int other, byte[] said) {
    return new WireAnswer(other, headers, said);
  }

  /** In the place of all headers of that name, whatever its case. */
  WireAnswer with(String name, List<String> values) {
    List<Header> others = new ArrayList<>(headers);
    others.removeIf(header -> header.name.equalsIgnoreCase(name));
    values.forEach(value -> others.add(new Header(name, value)));
    return new WireAnswer(status, others, body);
  }
}
