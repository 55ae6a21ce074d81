package dev.ordem.quickstart.embedded;

import dev.ordem.runtime.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code .ordem}: the directory that holds everything {@code up} keeps. Open it once per process;
 * while it is open no other process can.
 */
public final class HomeDirectory implements AutoCloseable {
  /** Raised when a newer Ordem writes what an older one would misread. */
  private static final int FORMAT = 2;

  static final String STATE = "state.properties";

  private static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path path;
  private final FileChannel lockFile;
  private final HomeState state;

  private HomeDirectory(Path path, FileChannel lockFile) throws StartException {
    this.path = path;
    this.lockFile = lockFile;
    this.state = HomeState.read(path.resolve(STATE));
  }

  /**
   * Makes the directory if it is absent and takes its lock.
   *
   * @throws StartException if it is not writable, held by another process or written by a newer
   *     Ordem
   */
  public static HomeDirectory open(Path path) throws StartException {
    Path home = path.toAbsolutePath().normalize();
    try {
      Files.createDirectories(home.getParent());
      if (!Files.isDirectory(home)) {
        Files.createDirectory(home, PosixFilePermissions.asFileAttribute(PRIVATE_DIRECTORY));
      }
      if (!Files.isWritable(home)) {
        throw new StartException(notWritable(home));
      }
      refuseForeign(home);
      HomeDirectory opened = new HomeDirectory(home, lock(home));
      opened.refuseNewer();
      return opened;
    } catch (AccessDeniedException e) {
      throw new StartException(notWritable(home), e);
    } catch (FileAlreadyExistsException e) {
      throw new StartException(home + " is not a directory. Move it away.", e);
    } catch (IOException e) {
      throw new StartException(home + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String notWritable(Path home) {
    return home + " is not writable by this user. Change its owner or set ORDEM_HOME.";
  }

  /** Also for root: PostgreSQL does without root's rights, and would fail later, with a riddle. */
  private static void refuseForeign(Path home) throws IOException, StartException {
    Path probe = Files.createTempFile(home, "owner", null);
    try {
      UserPrincipal owner = Files.getOwner(home);
      UserPrincipal me = Files.getOwner(probe);
      if (!owner.equals(me)) {
        throw new StartException(
            home
                + " belongs to "
                + owner
                + ", this is "
                + me
                + ". Start as "
                + owner
                + ", or set ORDEM_HOME.");
      }
    } finally {
      Files.delete(probe);
    }
  }

  private static FileChannel lock(Path home) throws IOException, StartException {
    Path file = home.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (tryLock(channel) == null) {
      ByteBuffer text = ByteBuffer.allocate(32);
      channel.read(text, 0);
      channel.close();
      String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
      throw new StartException(
          home + " is in use by another ordem (process " + pid + "). Stop that one first.");
    }
    String pid = ProcessHandle.current().pid() + "\n";
    byte[] bytes = pid.getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(bytes), 0);
    channel.truncate(bytes.length);
    return channel;
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private void refuseNewer() throws StartException {
    String format = state.get("format");
    if (format != null && format.matches("[0-9]{1,8}") && Integer.parseInt(format) > FORMAT) {
      close();
      throw new StartException(
          path + " was written by a newer Ordem. Use that one, or move the directory away.");
    }
    state.put("format", Integer.toString(FORMAT));
  }

  public Path path() {
    return path;
  }

  /** A directory of the same kind inside this one; the caller closes it before this one. */
  public HomeDirectory within(String name) throws StartException {
    return open(path.resolve(name));
  }

  HomeState state() {
    return state;
  }

  public Ports ports() {
    return new Ports(state);
  }

  /** The content of a file that only its owner can read; {@code first} makes it the first time. */
  public String secret(String name, Supplier<String> first) throws StartException {
    Path file = path.resolve(name);
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        writePrivately(name, first.get());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StartException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Replaces a file that only its owner can read, as a whole. */
  void writePrivately(String name, String content) throws StartException {
    Path file = path.resolve(name);
    Path next = path.resolve(name + ".new");
    try {
      Files.deleteIfExists(next);
      Files.createFile(next, PRIVATE_FILE);
      Files.writeString(next, content);
      Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartException(file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Removes such a file, if it is there. */
  void forget(String name) throws StartException {
    Path file = path.resolve(name);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new StartException(file + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /** 256 random bits that need no quoting in a shell, a URL or SQL. */
  public static String randomSecret() {
    byte[] bits = new byte[32];
    new SecureRandom().nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Gives the lock back. The directory stays. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("closing the lock of " + path, e);
    }
  }
}
