package dev.ordem.bench.fuzz;

import java.util.ArrayList;
import java.util.List;

/** An answer as it is to be sent, byte for byte; {@code headers} without its length. */
@SuppressWarnings("ArrayRecordComponent") // sent once; never compared
record Answer(int status, List<Header> headers, byte[] body) {
  record Header(String name, String value) {}

  Answer {
    headers = List.copyOf(headers);
  }

  Answer withBody(byte[] other) {
    return new Answer(status, headers, other);
  }

  Answer withStatus(int other, byte[] said) {
    return new Answer(other, headers, said);
  }

  /** In the place of all headers of that name, whatever its case. */
  Answer with(String name, List<String> values) {
    List<Header> others = new ArrayList<>(headers);
    others.removeIf(header -> header.name.equalsIgnoreCase(name));
    values.forEach(value -> others.add(new Header(name, value)));
    return new Answer(status, others, body);
  }
}
