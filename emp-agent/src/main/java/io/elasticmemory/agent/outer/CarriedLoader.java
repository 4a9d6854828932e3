package io.elasticmemory.agent.outer;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.Collections;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads what the agent's jar carries below {@value #ROOT}: the agent proper, EMP and its libraries.
 * Its parent is the loader of the JDK, so that nothing here meets the program's libraries, of
 * whatever version, nor they anything here. Class files there end in {@value #CLASS_SUFFIX}, so
 * that programs that search their class path for classes do not find them.
 */
public final class CarriedLoader extends ClassLoader {
  static final String ROOT = "carried/";
  static final String CLASS_SUFFIX = ".classdata";

  private static final int BUFFER_BYTES = 8192;

  private final JarFile jar;
  private final String rootUrl;
  private final ProtectionDomain domain;

  static {
    registerAsParallelCapable();
  }

  private CarriedLoader(File file, CodeSource source) throws IOException {
    super(ClassLoader.getSystemClassLoader().getParent());
    jar = new JarFile(file);
    rootUrl = "jar:" + file.toURI() + "!/" + ROOT;
    domain = new ProtectionDomain(source, null, this, null);
  }

  /** A loader for the jar that this class comes from. */
  static CarriedLoader ofOwnJar() {
    CodeSource source = CarriedLoader.class.getProtectionDomain().getCodeSource();
    try {
      return new CarriedLoader(new File(new URI(source.getLocation().toString())), source);
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "its jar " + source.getLocation() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    JarEntry entry = jar.getJarEntry(ROOT + name.replace('.', '/') + CLASS_SUFFIX);
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    try {
      byte[] bytes = read(entry);
      return defineClass(name, bytes, 0, bytes.length, domain);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] read(JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.max(0, entry.getSize()));
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
      }
      return out.toByteArray();
    }
  }

  @Override
  protected URL findResource(String name) {
    if (jar.getJarEntry(ROOT + name) == null) {
      return null;
    }
    try {
      return new URL(rootUrl + name);
    } catch (MalformedURLException e) {
      return null;
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL url = findResource(name);
    return url == null
        ? Collections.emptyEnumeration()
        : Collections.enumeration(Collections.singleton(url));
  }
}
