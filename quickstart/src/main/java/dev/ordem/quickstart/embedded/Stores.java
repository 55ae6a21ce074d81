package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import dev.ordem.tiny.account.owner.StoreIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Where in {@code .ordem} the stores of a start are: the simulated account's in {@code demo}, real
 * ones' in {@code data}, so that whoever tried Ordem first and then gives credentials begins with
 * stores that hold nothing. Each remembers whose it is.
 */
public final class Stores implements AutoCloseable {
  private static final String DEMO = "demo";
  private static final String DATA = "data";
  private static final String IDENTITY = "identity";

  /** What an earlier Ordem kept in the home itself, whoever it belonged to. */
  private static final List<String> BEFORE =
      List.of(
          "kafka",
          "postgres",
          "postgres.password",
          "postgres.log",
          "postgres-bin",
          "streams",
          "simulator");

  private final HomeDirectory home;
  private final String name;
  private final HomeDirectory directory;

  private Stores(HomeDirectory home, String name) throws StartException {
    this.home = home;
    this.name = name;
    this.directory = home.within(name);
  }

  /**
   * Opens them, having taken over what an earlier Ordem left, and stopped servers that outlived
   * their process.
   */
  public static Stores in(HomeDirectory home, boolean simulated) throws StartException {
    for (String place : List.of("", DEMO, DATA)) {
      new OrphanPostgres(home.path().resolve(place).resolve(EmbeddedPostgres.DIRECTORY)).stop();
    }
    takeOver(home);
    return new Stores(home, simulated ? DEMO : DATA);
  }

  /** The directory, which belongs to this process as long as this is open. */
  public HomeDirectory directory() {
    return directory;
  }

  /**
   * Lets nobody but their owner in.
   *
   * @throws StartException if they are another's
   */
  public void check(StoreIdentity identity) throws StartException {
    String noted = directory.state().get(IDENTITY);
    if (noted != null && !noted.equals(identity.api())) {
      throw new StartException(
          identity.refusal(directory.path().toString(), StoreIdentity.describe(noted)));
    }
  }

  /** Notes whose they are, once Postgres has agreed. */
  public void note(StoreIdentity identity) throws StartException {
    directory.state().put(IDENTITY, identity.api());
  }

  /**
   * For brokers of the user's: they hold what was read into them, and say to nobody whose it is.
   *
   * @throws StartException if the other stores of this home lived in them
   */
  public void checkKafka(String cluster) throws StartException {
    String key = "kafka." + cluster;
    String noted = home.state().get(key);
    if (noted != null && !noted.equals(name)) {
      throw new StartException(
          "The Kafka at KAFKA_BOOTSTRAP_SERVERS holds the orders of "
              + (noted.equals(DEMO) ? "the simulated Tiny account" : "a real account")
              + ", which lie in "
              + home.path().resolve(noted)
              + "; those of another are never mixed in. Set KAFKA_BOOTSTRAP_SERVERS to other"
              + " brokers, or leave it out.");
    }
    home.state().put(key, name);
  }

  /**
   * Moves what an earlier Ordem kept in the home itself to where it belongs now. Each move is whole
   * or not done, and the next start goes on with what is left.
   */
  private static void takeOver(HomeDirectory home) throws StartException {
    List<Path> left = BEFORE.stream().map(home.path()::resolve).filter(Files::exists).toList();
    if (left.isEmpty()) {
      return;
    }
    // That Ordem noted a port for the simulated account when it made one up.
    Path place = home.path().resolve(home.state().get("port.tiny") == null ? DATA : DEMO);
    try {
      remember(home, place);
      for (Path each : left) {
        Path to = place.resolve(each.getFileName());
        if (Files.exists(to)) {
          throw new StartException(
              each + " is an earlier Ordem's, and " + to + " is there. Move one of them away.");
        }
        Files.move(each, to);
      }
    } catch (IOException e) {
      throw new StartException(
          "What an earlier Ordem left in " + home.path() + " cannot be moved: " + e.getMessage(),
          e);
    }
  }

  /** Makes the place, with the ports and versions that the home knew. */
  private static void remember(HomeDirectory home, Path place) throws IOException, StartException {
    HomeDirectory.open(place).close();
    Path state = place.resolve(HomeDirectory.STATE);
    if (!Files.exists(place.resolve(BEFORE.get(0)))
        && !Files.exists(place.resolve(BEFORE.get(1)))) {
      Files.copy(
          home.path().resolve(HomeDirectory.STATE), state, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
