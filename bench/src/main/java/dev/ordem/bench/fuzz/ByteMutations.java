package dev.ordem.bench.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Spoils a body without knowing what it says. */
final class ByteMutations {
  private static final byte[][] INVALID = {
    {(byte) 0xff}, {(byte) 0xc3}, {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, {(byte) 0xf8, 1}, {-128}
  };

  private ByteMutations() {}

  /** Another body; {@code body} stays as it is. */
  static byte[] apply(MutationKind kind, byte[] body, Random random) {
    if (body.length == 0) {
      return body;
    }
    int at = random.nextInt(body.length);
    int to = Math.min(body.length, at + 1 + random.nextInt(40));
    return switch (kind) {
      case FLIP -> flipped(body, random);
      case CUT_OFF -> Arrays.copyOf(body, at);
      case GAP -> join(Arrays.copyOf(body, at), Arrays.copyOfRange(body, to, body.length));
      case INSERTION -> inserted(body, at, noise(random));
      case DUPLICATE -> inserted(body, at, Arrays.copyOfRange(body, at, to));
      case INVALID_UTF8 -> inserted(body, at, INVALID[random.nextInt(INVALID.length)]);
      case NUL -> inserted(body, at, new byte[1 + random.nextInt(3)]);
      default -> throw new IllegalArgumentException(kind + " is none of bytes");
    };
  }

  private static byte[] flipped(byte[] body, Random random) {
    byte[] flipped = body.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return flipped;
  }

  private static byte[] noise(Random random) {
    byte[] noise = new byte[1 + random.nextInt(12)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] inserted(byte[] body, int at, byte[] more) {
    return join(Arrays.copyOf(body, at), more, Arrays.copyOfRange(body, at, body.length));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
