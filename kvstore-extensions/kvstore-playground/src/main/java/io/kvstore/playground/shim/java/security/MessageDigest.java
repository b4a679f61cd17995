package io.kvstore.playground.shim.java.security;

import java.math.BigInteger;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as FIPS 180-4 has it, and nothing else. */
public final class MessageDigest {
  private static final int BLOCK_BYTES = 64;
  private static final int LENGTH_BYTES = 8;
  private static final int[] ROUNDS = fractions(64, 3);
  private static final int[] FIRST = fractions(8, 2);

  private final byte[] block = new byte[BLOCK_BYTES];
  private final int[] words = new int[64];
  private int[] state = FIRST.clone();
  private long length;

  private MessageDigest() {}

  /** A digest by this algorithm. */
  public static MessageDigest getInstance(String algorithm) throws NoSuchAlgorithmException {
    if (!algorithm.equals("SHA-256")) {
      throw new NoSuchAlgorithmException(algorithm + " is not here: only SHA-256 is");
    }
    return new MessageDigest();
  }

  /** The first 32 bits of the fractions of the roots of the first primes. */
  private static int[] fractions(int count, int root) {
    int[] fractions = new int[count];
    int prime = 1;
    for (int i = 0; i < count; i++) {
      do {
        prime++;
      } while (!isPrime(prime));
      fractions[i] = fractionOfRoot(prime, root);
    }
    return fractions;
  }

  private static boolean isPrime(int number) {
    for (int i = 2; i * i <= number; i++) {
      if (number % i == 0) {
        return false;
      }
    }
    return true;
  }

  /** By bisection over whole numbers, so that nothing is rounded. */
  private static int fractionOfRoot(int number, int root) {
    BigInteger scaled = BigInteger.valueOf(number).shiftLeft(32 * root);
    BigInteger low = BigInteger.ZERO;
    BigInteger high = BigInteger.valueOf(number).shiftLeft(32);
    while (high.subtract(low).bitLength() > 1) {
      BigInteger middle = low.add(high).shiftRight(1);
      if (middle.pow(root).compareTo(scaled) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low.intValue();
  }

  /** Adds bytes. */
  public void update(byte[] bytes) {
    for (byte each : bytes) {
      update(each);
    }
  }

  /** Adds a byte. */
  public void update(byte value) {
    int at = (int) (length % BLOCK_BYTES);
    block[at] = value;
    length++;
    if (at == BLOCK_BYTES - 1) {
      compress();
    }
  }

  /** Adds bytes, and tells the digest of all. */
  public byte[] digest(byte[] bytes) {
    update(bytes);
    return digest();
  }

  /** The digest of all bytes; then it begins again. */
  public byte[] digest() {
    long bits = length * 8;
    update((byte) 0x80);
    while (length % BLOCK_BYTES != BLOCK_BYTES - LENGTH_BYTES) {
      update((byte) 0);
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
      update((byte) (bits >>> shift));
    }
    byte[] digest = new byte[4 * state.length];
    for (int i = 0; i < digest.length; i++) {
      digest[i] = (byte) (state[i / 4] >>> (8 * (3 - i % 4)));
    }
    state = FIRST.clone();
    length = 0;
    return digest;
  }

  private void compress() {
    for (int i = 0; i < 16; i++) {
      words[i] =
          (block[4 * i] << 24)
              | ((block[4 * i + 1] & 0xff) << 16)
              | ((block[4 * i + 2] & 0xff) << 8)
              | (block[4 * i + 3] & 0xff);
    }
    for (int i = 16; i < words.length; i++) {
      int early = words[i - 15];
      int late = words[i - 2];
      int first = Integer.rotateRight(early, 7) ^ Integer.rotateRight(early, 18) ^ (early >>> 3);
      int second = Integer.rotateRight(late, 17) ^ Integer.rotateRight(late, 19) ^ (late >>> 10);
      words[i] = words[i - 16] + first + words[i - 7] + second;
    }
    int[] work = state.clone();
    for (int i = 0; i < words.length; i++) {
      int e = work[4];
      int a = work[0];
      int sumOfE =
          Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
      int choice = (e & work[5]) ^ (~e & work[6]);
      int one = work[7] + sumOfE + choice + ROUNDS[i] + words[i];
      int sumOfA =
          Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
      int majority = (a & work[1]) ^ (a & work[2]) ^ (work[1] & work[2]);
      System.arraycopy(work, 0, work, 1, 7);
      work[4] += one;
      work[0] = one + sumOfA + majority;
    }
    for (int i = 0; i < state.length; i++) {
      state[i] += work[i];
    }
  }
}
