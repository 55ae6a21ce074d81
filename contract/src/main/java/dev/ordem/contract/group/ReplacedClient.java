package dev.ordem.contract.group;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A client of Kafka in whose place another one comes when the clock of its host was set back; see
 * the package. What it had not done by then fails, as where the brokers are away. While no other
 * one can be made, it stays. Thread safe.
 */
public final class ReplacedClient<C> {
  private final Supplier<? extends C> made;
  private final Consumer<C> ends;
  private volatile C current;
  private boolean outdated;
  private boolean closed;

  private ReplacedClient(Supplier<? extends C> made, Consumer<C> ends) {
    this.made = made;
    this.ends = ends;
    this.current = made.get();
  }

  /** An admin client; makes the first one at once, so that what is wrong with it is told here. */
  public static Admin admin(Supplier<? extends Admin> made, ClockWatch watch) {
    return (Admin) proxy(Admin.class, made, admin -> admin.close(Duration.ZERO), watch);
  }

  /** A producer without transactions; makes the first one at once. */
  @SuppressWarnings("unchecked") // all that are made are of that type
  public static Producer<byte[], byte[]> producer(
      Supplier<? extends Producer<byte[], byte[]>> made, ClockWatch watch) {
    return (Producer<byte[], byte[]>)
        ReplacedClient.<Producer<byte[], byte[]>>proxy(
            Producer.class, made, producer -> producer.close(Duration.ZERO), watch);
  }

  private static <C> Object proxy(
      Class<?> type, Supplier<? extends C> made, Consumer<C> ends, ClockWatch watch) {
    ReplacedClient<C> client = new ReplacedClient<>(made, ends);
    InvocationHandler calls =
        (self, method, arguments) -> {
          if (method.getName().equals("close")) {
            watch.remove(client);
            return invoke(client.last(), method, arguments);
          }
          return client.call(method, arguments);
        };
    watch.add(client);
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls);
  }

  /** Once more where its place was taken at that very moment: a closed client has taken nothing. */
  private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    C client = current;
    try {
      return invoke(client, method, arguments);
    } catch (IllegalStateException e) {
      if (client == current) {
        throw e;
      }
      return invoke(current, method, arguments);
    }
  }

  private static @Nullable Object invoke(
      Object client, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** There is none after it. */
  private synchronized C last() {
    closed = true;
    return current;
  }

  /** The clock was set back. */
  synchronized void outdate() {
    outdated = true;
  }

  /**
   * Puts another one in the place of an outdated one.
   *
   * @return what ends the one before, without any lock: who is told of a failure may send again;
   *     empty: it is not outdated, or no other can be made at the moment
   */
  synchronized Optional<Runnable> renew() {
    if (!outdated || closed) {
      return Optional.empty();
    }
    C old = current;
    try {
      current = made.get();
    } catch (KafkaException e) {
      return Optional.empty();
    }
    outdated = false;
    return Optional.of(() -> ends.accept(old));
  }
}
